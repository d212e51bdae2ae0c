import { chmodSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import findMyWay from 'find-my-way';
import { errnoOf, isUserError, UserError } from '../../errors.ts';
import { type ErrorModel, errorModel } from '../models.ts';

/** An answer that is an error, thrown by whoever answers. */
export class ApiError extends Error {
  readonly status: number;
  readonly model: ErrorModel;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, model: ErrorModel, headers: Readonly<Record<string, string>> = {}) {
    super((model.Messages ?? []).join('; '));
    this.status = status;
    this.model = model;
    this.headers = headers;
  }
}

/** Who asks: the owner of the home, or an instance, which may do less. */
export type Caller = { readonly kind: 'owner' } | { readonly kind: 'instance'; readonly name: string };

/** The name of the instance that asks; empty for the owner. */
export const instanceAsking = ({ caller }: { readonly caller: Caller }): string => (caller.kind === 'instance' ? caller.name : '');

/** What is asked, and by whom. */
export interface Asked {
  readonly caller: Caller;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: () => URLSearchParams;
}

export type Answer = (asked: Asked) => Promise<void> | void;
export type Routes = Readonly<Record<string, Answer>>;
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;
export type CallerHandler = (request: IncomingMessage, response: ServerResponse, caller: Caller) => void;

const LONGEST_PARAMETER = 1000;
const NOBODY: Caller = { kind: 'instance', name: '' };

/**
 * What answers requests by a table of routes, `GET /a/:b` and so on. What is thrown becomes an answer; what no route has is 404, another method too.
 */
export function answering(routes: Routes): CallerHandler {
  const callers = new WeakMap<object, Caller>();
  const refuse = (request: IncomingMessage, response: ServerResponse): void => sendError(response, notFound(request));
  const router = findMyWay({
    defaultRoute: refuse,
    onBadUrl: (_, request, response) => refuse(request as IncomingMessage, response as ServerResponse),
    maxParamLength: LONGEST_PARAMETER,
  });
  for (const [route, answer] of Object.entries(routes)) {
    const [method = '', path = ''] = route.split(' ');
    router.on(method as 'GET', path, (request, response, params) => {
      const query = (): URLSearchParams => new URL(request.url ?? '/', 'http://unix').searchParams;
      const caller = callers.get(request) ?? NOBODY;
      void run(answer, { caller, request: request as IncomingMessage, response: response as ServerResponse, params, query });
    });
  }
  return (request, response, caller) => {
    callers.set(request, caller);
    router.lookup(request, response);
  };
}

async function run(answer: Answer, asked: Asked): Promise<void> {
  try {
    await answer(asked);
  } catch (error) {
    sendError(asked.response, error);
  }
}

export const notFound = ({ method = '', url = '' }: IncomingMessage, text?: string): ApiError =>
  new ApiError(404, errorModel(404, text === undefined ? [] : [text], { key: url.replace(/[?#].*$/s, ''), type: method }));

/** Sends what went wrong; where the answer has begun it is cut, so that nobody takes it for whole. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = isUserError(error) ? 400 : 500;
  const found = error instanceof ApiError ? error : new ApiError(status, errorModel(status, [error instanceof Error ? error.message : String(error)]));
  sendJson(response, found.status, found.model, found.headers);
}

/** Sends a value as JSON, with a line end. */
export const sendJson = (response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void =>
  sendText(response, status, `${JSON.stringify(value)}\n`, headers);

/** Sends JSON as it is. */
export function sendText(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  // As a text, so that it leaves with its headers in one piece.
  response.end(response.req?.method === 'HEAD' ? undefined : text);
}

export function sendNothing(response: ServerResponse): void {
  response.writeHead(204);
  response.end();
}

/** Reads a body of at most so many bytes. @throws ApiError 413 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) fail(new ApiError(413, errorModel(413, [`more than ${limit} bytes`]), { connection: 'close' }));
      else chunks.push(chunk);
    });
    request.on('end', () => done(Buffer.concat(chunks)));
    request.on('error', fail);
    // An error is made where there is one alone: each costs a look at the stack.
    request.on('close', () => request.complete || fail(new ApiError(400, errorModel(400, ['the request was cut']))));
  });
}

/** Reads JSON, as the protocol has it: with its content type, and nothing at all for null. @throws ApiError 400 or 413 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  const bad = (text: string): ApiError => new ApiError(400, errorModel(400, [text], { type: request.method ?? '' }));
  if (!type.toLowerCase().includes('application/json')) throw bad(`Invalid content type: ${type}`);
  const text = (await readBody(request, limit)).toString();
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad((error as Error).message);
  }
}

/** Has a server listen on a socket that its owner alone may use. @throws UserError */
export async function listenOn(path: string, handler: Handler): Promise<Server> {
  const server = closable(createServer(handler));
  // A plugin may take its time; who talks here is on this machine, and known.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new UserError('cannot-listen', `Cannot listen on ${path} (${errnoOf(error)})`, { hint: 'see who owns its directory', cause: error })),
    );
    server.listen(path, done);
  });
  chmodSync(path, 0o600);
  return server;
}

/** The connections of servers; of one that became another protocol, the server itself knows nothing. */
const connections = new WeakMap<Server, Set<Socket>>();

/** Has a server close with all of its connections, whatever they have become. */
export function closable(server: Server): Server {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return server;
}

/** Ends a server with all of its connections. */
export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  for (const socket of connections.get(server) ?? []) socket.destroy();
  await new Promise((done) => server.close(done));
}
