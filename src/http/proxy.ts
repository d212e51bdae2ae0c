import { basicAuthorization } from './authorization.ts';
import { RequestFailure } from './failure.ts';
import { bareHost } from './host.ts';
import type { Peer } from './network-failure.ts';
import { needsNoProxy } from './no-proxy.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that a variable of the environment names. */
export interface HttpProxy {
  /** The variable: what messages say, as its value may hold a password. */
  readonly variable: string;
  readonly host: string;
  readonly port: number;
  /** Whether it is spoken to in TLS. */
  readonly secure: boolean;
  /** For Proxy-Authorization. */
  readonly authorization: string | undefined;
}

/** As in curl, for a proxy whose address has no port. */
const DEFAULT_PORT = { 'http:': 1080, 'https:': 443 } as const;

/**
 * The proxy for an address by `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, read as curl reads them: in small letters first, then in
 * capitals, but for HTTP_PROXY, which a web server's CGI sets from a header of whoever asks.
 * @throws RequestFailure naming the variable whose value cannot be used
 */
export function proxyFor({ protocol, hostname }: URL, env: Environment): HttpProxy | undefined {
  const candidates = [...(protocol === 'http:' ? ['http_proxy'] : ['https_proxy', 'HTTPS_PROXY']), 'all_proxy', 'ALL_PROXY'];
  const variable = candidates.find((name) => env[name]?.trim());
  if (variable === undefined || needsNoProxy(hostname, env.no_proxy?.trim() || env.NO_PROXY || '')) return undefined;
  const value = (env[variable] ?? '').trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const unusable = (reason: string): never => {
    throw new RequestFailure(`the proxy of ${variable} cannot be used: ${reason}`, { hint: `write ${variable} as http://[USER:PASSWORD@]HOST:PORT` });
  };
  if (!URL.canParse(address)) return unusable('it is not an address');
  const url = new URL(address);
  const { protocol: scheme } = url;
  if (scheme !== 'http:' && scheme !== 'https:') return unusable(`${scheme}// is not spoken here`);
  return {
    variable,
    host: bareHost(url.hostname),
    port: Number(portIn(address) ?? DEFAULT_PORT[scheme]),
    secure: scheme === 'https:',
    authorization: basicAuthorization(url),
  };
}

/** The port that is written in an address: URL forgets one that is the scheme's own. */
const portIn = (address: string): string | undefined => /:(\d+)$/.exec(/^[^:]+:\/\/([^/?#]*)/.exec(address)?.[1] ?? '')?.[1];

/** How a proxy is called in messages. */
export const asPeer = ({ variable }: HttpProxy): Peer => ({ name: `the proxy of ${variable}`, isProxy: true });

/** Says that HTTP_PROXY is not read, where somebody may count on it. */
export const unreadVariableHint = ({ protocol }: URL, env: Environment): string | undefined =>
  protocol === 'http:' && env.HTTP_PROXY?.trim() ? 'HTTP_PROXY in capitals is not read, as by curl; set http_proxy' : undefined;

/** Why a proxy refuses to work for us, by its status. */
export function proxyRefusal({ variable, authorization }: HttpProxy, status: number): RequestFailure {
  if (status !== 407) return new RequestFailure(`the proxy of ${variable} answered ${status}`, { hint: 'contact its operator', passing: status >= 500 });
  const reason = authorization === undefined ? 'asks for a user and a password' : 'does not accept the user and the password';
  return new RequestFailure(`the proxy of ${variable} ${reason} (407)`, { hint: `write ${variable} as http://USER:PASSWORD@HOST:PORT` });
}
