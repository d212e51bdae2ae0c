import { request } from 'node:http';
import type { Socket } from 'node:net';
import { networkFailure } from './network-failure.ts';
import { asPeer, type HttpProxy, proxyRefusal } from './proxy.ts';

/**
 * Asks a proxy for a connection to somebody else.
 * @param authority `host:port`, IPv6 in brackets
 * @throws RequestFailure naming the proxy's variable
 */
export function openTunnel(toProxy: Socket, authority: string, proxy: HttpProxy): Promise<Socket> {
  const { authorization } = proxy;
  return new Promise((done, fail) => {
    request({
      createConnection: () => toProxy,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(authorization ? { 'proxy-authorization': authorization } : {}) },
    })
      .on('connect', ({ statusCode = 0 }, socket: Socket) => {
        if (statusCode >= 200 && statusCode < 300) return done(socket);
        socket.destroy();
        fail(proxyRefusal(proxy, statusCode));
      })
      .on('error', (error) => fail(networkFailure(error, asPeer(proxy))))
      .end();
  });
}
