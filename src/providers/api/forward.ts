import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorModel } from '../models.ts';
import { ApiError, notFound, sendError } from './http.ts';

/** What is forwarded to an instance. */
export const FORWARDED = '/plugin-apis/';

/** Where an instance listens, or why nobody does. */
export type Inbound = { readonly socketPath: string } | { readonly refused: 'unknown' | 'starting' | 'stopped' };

export type FindInbound = (name: string) => Inbound;

/** Headers that are of one connection alone (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
]);

/** The instance that an address is for. @throws ApiError for addresses that could be read in two ways, and where nobody listens */
function inboundFor(asked: IncomingMessage, find: FindInbound): string {
  // A plugin may read on behind a `#`, which no request has.
  const path = (asked.url ?? '').replace(/\?.*$/s, '');
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw notFound(asked);
  }
  if (decoded.split(/[/\\]/).some((name) => name === '..' || name === '.')) throw notFound(asked);
  const name = decoded.slice(FORWARDED.length).split('/', 1)[0] ?? '';
  const inbound = find(name);
  if ('socketPath' in inbound) return inbound.socketPath;
  if (inbound.refused === 'unknown') throw notFound(asked, `There is no instance ${name}`);
  const retry: Record<string, string> = inbound.refused === 'starting' ? { 'retry-after': '1' } : {};
  throw new ApiError(503, errorModel(503, [`${name} does not run`], { key: path, type: asked.method ?? '' }), retry);
}

/** The headers that the instance gets: those of the request but for what is of the connection, or opened this door. A body keeps its framing whatever `Connection` names: it must not be read as another request. */
function forwardedHeaders({ headers, socket }: IncomingMessage, upgrade: boolean): IncomingHttpHeaders {
  const named = new Set(
    String(headers.connection ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name) && !['authorization', 'content-length'].includes(name)),
  );
  const { 'content-length': length, 'transfer-encoding': coding, 'x-forwarded-for': before } = headers;
  const from = socket.remoteAddress ?? 'unix';
  return {
    ...kept,
    'x-forwarded-for': before === undefined ? from : `${before}, ${from}`,
    'x-forwarded-host': headers.host ?? 'unix',
    'x-forwarded-proto': 'http',
    ...(upgrade
      ? { connection: 'Upgrade', upgrade: headers.upgrade }
      : length !== undefined
        ? { 'content-length': length }
        : coding !== undefined
          ? { 'transfer-encoding': 'chunked' }
          : {}),
  };
}

/** Forwards a request as it is, its address untranslated; bodies are streamed both ways. */
export function forward(asked: IncomingMessage, response: ServerResponse, find: FindInbound): void {
  let socketPath: string;
  try {
    socketPath = inboundFor(asked, find);
  } catch (error) {
    sendError(response, error);
    return;
  }
  const sent = request({ socketPath, method: asked.method, path: asked.url, headers: forwardedHeaders(asked, false), agent: false }, (answer) => {
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
    try {
      response.writeHead(answer.statusCode ?? 502, headers);
    } catch (error) {
      // Node reads statuses that it does not write.
      sent.destroy(error as Error);
      return;
    }
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  sent.on('error', (error) => sendError(response, new ApiError(502, errorModel(502, [error.message], { key: asked.url ?? '', type: asked.method ?? '' }))));
  // Whoever asked may go before the answer is whole.
  response.on('close', () => sent.destroy());
  asked.pipe(sent);
}

/** Answers a request for another protocol that is not forwarded. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  // Nobody else hears of a connection that breaks, and what nobody hears of ends the process.
  socket.on('error', () => {});
  const status = error instanceof ApiError ? error.status : 502;
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Headers as they came, each with its line end. */
const headerLines = (raw: readonly string[], isKept: (name: string) => boolean): string =>
  raw.map((name, index) => (index % 2 === 0 && isKept(name.toLowerCase()) ? `${name}: ${raw[index + 1]}\r\n` : '')).join('');

/**
 * Forwards what becomes another protocol, such as a websocket: from there on it is bytes. Where the plugin does not agree to it (RFC 9110, 7.8), its answer is passed on and nothing more: bytes behind
 * the request would be requests to it, for addresses that nobody has looked at.
 */
export function forwardUpgrade(asked: IncomingMessage, socket: Duplex, head: Buffer, find: FindInbound): void {
  socket.on('error', () => {});
  let socketPath: string;
  try {
    socketPath = inboundFor(asked, find);
  } catch (error) {
    refuseUpgrade(socket, error);
    return;
  }
  const sent = request({ socketPath, method: asked.method, path: asked.url, headers: forwardedHeaders(asked, true), agent: false });
  sent.on('upgrade', ({ statusMessage, rawHeaders }, plugin, first) => {
    plugin.on('error', () => socket.destroy());
    plugin.on('close', () => socket.destroy());
    socket.on('close', () => plugin.destroy());
    socket.write(`HTTP/1.1 101 ${statusMessage}\r\n${headerLines(rawHeaders, () => true)}\r\n`, 'latin1');
    socket.write(first);
    plugin.write(head);
    plugin.pipe(socket);
    socket.pipe(plugin);
  });
  sent.on('response', (answer) => {
    const headers = headerLines(answer.rawHeaders, (name) => !HOP_BY_HOP.has(name));
    socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${headers}Connection: close\r\n\r\n`, 'latin1');
    answer.on('error', () => socket.destroy());
    answer.pipe(socket);
    socket.on('finish', () => socket.destroy());
  });
  sent.on('error', () => socket.destroy());
  socket.on('close', () => sent.destroy());
  sent.end();
}
