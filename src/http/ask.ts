import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { VERSION } from '../version.ts';
import { connect, type RequestWorld, stalled } from './connect.ts';
import { RequestFailure } from './failure.ts';
import { networkFailure } from './network-failure.ts';
import { asPeer, proxyFor, proxyRefusal } from './proxy.ts';

/** What a server says, and a body that is still to be read or destroyed. Its bytes are as sent: nothing is decoded. */
export interface Answer {
  /** What was asked. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

/**
 * One request, by the proxy that the environment names. Its connection is its own.
 * @param form what is posted; without it the address is fetched
 * @throws RequestFailure
 */
export async function ask(url: URL, headers: OutgoingHttpHeaders, world: RequestWorld, form?: URLSearchParams): Promise<Answer> {
  const proxy = proxyFor(url, world.env);
  const socket = await connect(url, proxy, world);
  const relayed = proxy !== undefined && url.protocol === 'http:';
  const authorization = relayed ? proxy.authorization : undefined;
  const asked = request({
    createConnection: () => socket,
    ...(form ? { method: 'POST' } : {}),
    path: `${relayed ? url.origin : ''}${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      'user-agent': `tool/${VERSION}`,
      accept: '*/*',
      'accept-encoding': 'identity',
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...headers,
      ...(authorization ? { 'proxy-authorization': authorization } : {}),
    },
  });
  const peer = relayed ? asPeer(proxy) : { name: url.host, isProxy: false };
  const body = await answerTo(asked, form?.toString(), world.stalledAfterMs).catch((error: unknown) => {
    throw networkFailure(error, peer);
  });
  socket.on('timeout', () => body.destroy(stalled(world.stalledAfterMs)));
  const status = body.statusCode ?? 0;
  if (relayed && status === 407) {
    body.destroy();
    throw proxyRefusal(proxy, status);
  }
  return { url, status, headers: body.headers, body };
}

function answerTo(asked: ClientRequest, body: string | undefined, withinMs: number): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    // A head that drips in byte by byte is no sign of life.
    const late = setTimeout(() => asked.destroy(stalled(withinMs)), withinMs);
    asked
      .on('response', (response) => {
        clearTimeout(late);
        done(response);
      })
      .on('error', fail)
      .on('close', () => {
        clearTimeout(late);
        fail(new RequestFailure('the connection was closed without an answer', { passing: true }));
      })
      .end(body);
  });
}
