import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Readable } from 'node:stream';
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

/** A body of any length, which is read while it is sent. */
export interface StreamedBody {
  readonly bytes: number;
  open(): Readable;
}

/** A method other than GET, and a body for it. */
export interface Sent {
  readonly method: string;
  readonly body?: Buffer | StreamedBody | undefined;
}

/**
 * One request, by the proxy that the environment names. Its connection is its own.
 * @param sent what is asked otherwise than by GET, and what goes with it
 * @throws RequestFailure
 */
export async function ask(url: URL, headers: OutgoingHttpHeaders, world: RequestWorld, sent?: Sent): Promise<Answer> {
  const proxy = proxyFor(url, world.env);
  const socket = await connect(url, proxy, world);
  const relayed = proxy !== undefined && url.protocol === 'http:';
  const authorization = relayed ? proxy.authorization : undefined;
  const asked = request({
    createConnection: () => socket,
    ...(sent ? { method: sent.method } : {}),
    path: `${relayed ? url.origin : ''}${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      'user-agent': `tool/${VERSION}`,
      accept: '*/*',
      'accept-encoding': 'identity',
      ...headers,
      ...(isStreamed(sent?.body) ? { 'content-length': sent.body.bytes } : {}),
      ...(authorization ? { 'proxy-authorization': authorization } : {}),
    },
  });
  const peer = relayed ? asPeer(proxy) : { name: url.host, isProxy: false };
  const body = await answerTo(asked, sent?.body, world.stalledAfterMs).catch((error: unknown) => {
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

const isStreamed = (body: Sent['body']): body is StreamedBody => body !== undefined && !Buffer.isBuffer(body);

function answerTo(asked: ClientRequest, body: Sent['body'], withinMs: number): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    // A head that drips in byte by byte is no sign of life. Of a long body each part that is sent is one.
    let late: NodeJS.Timeout | undefined;
    const expect = (): void => {
      late = setTimeout(() => asked.destroy(stalled(withinMs)), withinMs);
    };
    const source = isStreamed(body) ? body.open() : undefined;
    let isAnswered = false;
    asked
      .on('response', (response) => {
        isAnswered = true;
        clearTimeout(late);
        source?.unpipe(asked);
        done(response);
      })
      .on('error', fail)
      .on('close', () => {
        clearTimeout(late);
        source?.destroy();
        // To make an error takes longer than to ask whether one is needed.
        if (!isAnswered) fail(new RequestFailure('the connection was closed without an answer', { passing: true }));
      });
    if (source) {
      source.on('error', (error) => asked.destroy(error));
      asked.on('finish', expect);
      source.pipe(asked);
    } else {
      expect();
      asked.end(body);
    }
  });
}
