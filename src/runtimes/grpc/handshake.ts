import { isLoopbackHost } from '../../http/host.ts';
import { COOKIE } from '../../plugins/botkube/cookie.ts';

/** Where a plugin listens: a UNIX socket, or a port of this machine. */
export type PluginPlace = { readonly path: string } | { readonly host: string; readonly port: number };

/** Of go-plugin's own protocol, and of Botkube's (`ProtocolVersion` in pkg/api/executor and pkg/api/source of Botkube). */
const CORE_VERSION = '1';
const PROTOCOL_VERSION = '3';
/** A sixth word that is longer is a certificate, as go-plugin's client tells it. */
const NO_CERTIFICATE = 50;

/** What go-plugin's client sets for a plugin that it starts (client.go of go-plugin); ports are for systems without UNIX sockets. */
export const HANDSHAKE_VARIABLES = {
  [COOKIE.name]: COOKIE.value,
  PLUGIN_PROTOCOL_VERSIONS: PROTOCOL_VERSION,
  PLUGIN_MIN_PORT: '10000',
  PLUGIN_MAX_PORT: '25000',
  // Of a host that started us: they would have the plugin ask for TLS, or write another line.
  PLUGIN_CLIENT_CERT: undefined,
  PLUGIN_MULTIPLEX_GRPC: undefined,
  PLUGIN_UNIX_SOCKET_GROUP: undefined,
} as const;

/** A plugin of go-plugin's, with a handshake that cannot be taken up. The message stands behind "it". */
export class HandshakeFailure extends Error {}

/** Whether a line is meant to be the handshake, be it a good one or not. */
export const isHandshake = (line: string): boolean => /^\d+\|\d+\|/.test(line.trim());

/**
 * Takes go-plugin's handshake apart, `1|3|unix|/tmp/plugin1|grpc|`: its own version and the plugin's, where it listens, and what it speaks there.
 * @throws HandshakeFailure
 */
export function placeIn(line: string): PluginPlace {
  const [core, version, network = '', address = '', protocol = 'netrpc', certificate = ''] = line.trim().split('|');
  if (core !== CORE_VERSION) throw new HandshakeFailure(`speaks version ${core} of go-plugin's protocol, and ${CORE_VERSION} is asked for`);
  if (version !== PROTOCOL_VERSION) throw new HandshakeFailure(`speaks version ${version} of Botkube's protocol, and ${PROTOCOL_VERSION} is asked for`);
  if (protocol !== 'grpc') throw new HandshakeFailure(`speaks ${protocol}, and Botkube's plugins speak grpc`);
  if (certificate.length > NO_CERTIFICATE) throw new HandshakeFailure("asks for TLS, which Botkube's plugins do not");
  if (network === 'unix' && address !== '') return { path: address };
  const [, host = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(address) ?? [];
  if (network !== 'tcp' || !isLoopbackHost(host)) throw new HandshakeFailure(`listens at ${network} ${address}, which is no place of this machine`);
  return { host, port: Number(port) };
}
