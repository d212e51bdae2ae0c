import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure, createSecureContext, type SecureContext } from 'node:tls';
import { RequestFailure, UntrustedCertificate } from './failure.ts';
import { bareHost } from './host.ts';
import { networkFailure, type Peer } from './network-failure.ts';
import { asPeer, type Environment, type HttpProxy, unreadVariableHint } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

/** What requests are made in. */
export interface RequestWorld {
  readonly env: Environment;
  /** How long nothing may happen on a connection, in milliseconds. */
  readonly stalledAfterMs: number;
}

/** How long nothing may happen on a connection where nobody says otherwise. */
export const STALLED_AFTER_MS = 30_000;

/**
 * A connection on which a request for an address can be written: to the server, through a proxy's tunnel for https, to the proxy for http.
 * Certificates are judged by Node's own roots, which cost least to load, and by all that the machine trusts where those do not do.
 * @throws RequestFailure
 */
export async function connect(target: URL, proxy: HttpProxy | undefined, world: RequestWorld): Promise<Socket> {
  try {
    return await open(target, proxy, world, undefined);
  } catch (error) {
    if (!(error instanceof UntrustedCertificate)) throw error;
    const { trustOf } = await import('./trust.ts');
    const { certificates, problems } = trustOf(world.env);
    try {
      return await open(target, proxy, world, createSecureContext({ ca: [...certificates] }));
    } catch (again) {
      if (!(again instanceof UntrustedCertificate) || problems.length === 0) throw again;
      throw new UntrustedCertificate(again.message, { hint: problems.join('; '), cause: again });
    }
  }
}

async function open(target: URL, proxy: HttpProxy | undefined, world: RequestWorld, trust: SecureContext | undefined): Promise<Socket> {
  const secure = target.protocol === 'https:';
  const host = bareHost(target.hostname);
  const port = Number(target.port || (secure ? 443 : 80));
  const server: Peer = { name: target.host, isProxy: false, hint: proxy ? undefined : unreadVariableHint(target, world.env) };
  if (!proxy) return dial({ host, port, secure, peer: server }, world, trust);
  const toProxy = await dial({ ...proxy, peer: asPeer(proxy) }, world, trust);
  if (!secure) return toProxy;
  const tunnel = await openTunnel(toProxy, `${target.hostname}:${port}`, proxy);
  // What is read from now on passes it by, so that it would seem to stand still.
  tunnel.setTimeout(0);
  return dial({ host, port, secure, peer: server, over: tunnel }, world, trust);
}

interface Dialled {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly peer: Peer;
  /** A connection that exists already. */
  readonly over?: Socket;
}

function dial({ host, port, secure, peer, over }: Dialled, { stalledAfterMs }: RequestWorld, trust: SecureContext | undefined): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = secure
      ? connectSecure({
          host,
          port,
          ...(over ? { socket: over } : {}),
          ...(trust ? { secureContext: trust } : {}),
          // A name is sent, never an address (RFC 6066).
          servername: isIP(host) ? '' : host.replace(/\.$/, ''),
          ALPNProtocols: ['http/1.1'],
        })
      : connectPlain({ host, port });
    socket.setTimeout(stalledAfterMs, () => socket.destroy(stalled(stalledAfterMs)));
    socket.on('error', (error) => fail(networkFailure(error, peer)));
    socket.once(secure ? 'secureConnect' : 'connect', () => done(socket));
  });
}

/** Nothing happened for too long. */
export const stalled = (afterMs: number): RequestFailure => new RequestFailure(`nothing came for ${afterMs / 1000} s`, { passing: true });
