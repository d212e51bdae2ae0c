import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errnoOf, errorLine, isUserError, UserError } from '../errors.ts';
import { bareHost, isLoopbackHost } from './host.ts';

/** Where a server listens. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** A server that listens. */
export interface Serving {
  readonly url: string;
  /** Ends it with all of its connections. */
  close(): Promise<void>;
}

/** A request, and how it was answered. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
}

/** A request to read something. */
export interface Reading {
  readonly request: IncomingMessage;
  readonly method: 'GET' | 'HEAD';
  /** Without what stands behind a `?`. */
  readonly path: string;
  /** The host that it is for, as it was typed. */
  readonly host: string;
}

/** What is served for reading. */
export interface ReadServerOptions extends ListenOptions {
  /** What there is to read, as whoever wants something else is told: `files`. */
  readonly readable: string;
  /** @returns how many bytes of a body were sent */
  readonly answer: (reading: Reading, response: ServerResponse) => Promise<number>;
  readonly onRequest: (request: Answered) => void;
  /** Told why a request could not be answered. @returns the status to answer it with */
  readonly onFailure: (text: string, path: string) => number;
}

/**
 * Serves what can be read and nothing else, to whom it is meant for.
 * @throws UserError cannot-listen where the port cannot be had
 */
export function serveForReading(options: ReadServerOptions): Promise<Serving> {
  const server = createServer((request, response) => {
    const path = pathOf(request);
    void answerReading(options, request, response, path)
      .catch((error: unknown) => answerFailure(options, response, path, error))
      .then((bytes) => options.onRequest({ method: request.method ?? '', path, status: response.statusCode, bytes }));
  });
  return listenLocally(server, options);
}

async function answerReading(
  { host: own, readable, answer }: ReadServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<number> {
  const { method } = request;
  const host = hostOf(request, own);
  if (host === undefined) return sendText(response, 421, 'this server is for the machine that it runs on\n');
  if (method === 'GET' || method === 'HEAD') return answer({ request, method, path, host }, response);
  response.setHeader('allow', 'GET, HEAD');
  return sendText(response, 405, `${readable} can be read, and nothing else\n`);
}

function answerFailure({ onFailure }: ReadServerOptions, response: ServerResponse, path: string, error: unknown): number {
  const text = isUserError(error) ? errorLine(error) : error instanceof Error ? error.message : String(error);
  const status = onFailure(text, path);
  if (!response.headersSent) return sendText(response, status, `${text}\n`);
  response.destroy();
  return 0;
}

/** @throws UserError cannot-listen where the port cannot be had */
async function listenLocally(server: Server, { host, port }: ListenOptions): Promise<Serving> {
  await new Promise<void>((done, fail) => {
    server.once('error', (error) => {
      const code = errnoOf(error);
      const hint =
        code === 'EADDRINUSE' || code === 'EACCES' ? 'choose another --port, or leave it out' : 'give --host an address of this machine, or leave it out';
      fail(new UserError('cannot-listen', `Cannot listen on ${host}${port === 0 ? '' : `, port ${port}`} (${code})`, { hint, cause: error }));
    });
    server.listen(port, bareHost(host), () => done());
  });
  const shown = host.includes(':') ? `[${bareHost(host)}]` : host;
  return {
    url: `http://${shown}:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/[?#].*$/s, '');

/**
 * The host that a request is for, as it was typed; undefined for one that is not meant for this machine, where nobody else is to ask: a page of elsewhere
 * whose name was made to lead here is not to read what is on it.
 */
function hostOf({ headers, socket }: IncomingMessage, host: string): string | undefined {
  const asked = headers.host ?? `${socket.localAddress}:${socket.localPort}`;
  const [, name = ''] = /^([\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.exec(asked) ?? [];
  return name !== '' && (!isLoopbackHost(host) || isLoopbackHost(name)) ? asked : undefined;
}

/** Answers with a text. @returns how many bytes of it were sent */
export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8', method = 'GET'): number {
  const body = Buffer.from(text);
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, 'x-content-type-options': 'nosniff' });
  response.end(method === 'HEAD' ? undefined : body);
  return method === 'HEAD' ? 0 : body.length;
}

/** Whether what is asked for is what the asker has. @param known of the header `If-None-Match` (RFC 9110, 13.1.2) */
export const isKnown = (known: string, etag: string): boolean =>
  known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
