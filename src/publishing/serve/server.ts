import { realpathSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Problem } from '../../catalogue/release.ts';
import { errnoOf, errorLine, isUserError, UserError } from '../../errors.ts';
import { bareHost, isLoopbackHost } from '../../http/host.ts';
import { INDEX_NAME } from '../index-file.ts';
import { publishedLine } from '../published-line.ts';
import { findFile } from './find-file.ts';
import { sendFile, typeOf } from './send-file.ts';
import { type IndexBuilder, type IndexText, ServedIndex } from './served-index.ts';

/** How a directory is served. */
export interface ServeOptions {
  readonly directory: string;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly build: IndexBuilder;
  readonly onRequest: (request: Answered) => void;
  /** Told of what is wrong with the index, each time it was asked for. */
  readonly onProblems: (problems: readonly Problem[]) => void;
}

/** A request, and how it was answered. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
}

/** A server that listens. */
export interface Serving {
  readonly url: string;
  /** Ends it with all of its connections. */
  close(): Promise<void>;
}

/** Where the index is: under the name that `repository:index` gives it, and that of Botkube's own server for development (contract registry §1.3). */
const INDEX_PATHS: ReadonlySet<string> = new Set([`/${INDEX_NAME}`, '/botkube.yaml']);

/**
 * Serves a directory of plugins over HTTP, with an index that is built when it is asked for.
 * @throws UserError where the port cannot be had
 */
export async function serveDirectory(options: ServeOptions): Promise<Serving> {
  const root = realpathSync(options.directory);
  const index = new ServedIndex(root, options.build);
  const server = createServer((request, response) => {
    const path = pathOf(request);
    void answer({ ...options, root, index }, request, response, path)
      .catch((error: unknown) => failed(options, response, path, error))
      .then((bytes) => options.onRequest({ method: request.method ?? '', path, status: response.statusCode, bytes }));
  });
  await listening(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${bareHost(options.host)}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function listening(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      const code = errnoOf(error);
      const hint =
        code === 'EADDRINUSE' || code === 'EACCES' ? 'choose another --port, or leave it out' : 'give --host an address of this machine, or leave it out';
      fail(new UserError('cannot-listen', `Cannot listen on ${host}${port === 0 ? '' : `, port ${port}`} (${code})`, { hint, cause: error }));
    });
    server.listen(port, bareHost(host), () => done());
  });
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/[?#].*$/s, '');

interface World extends ServeOptions {
  readonly root: string;
  readonly index: ServedIndex;
}

/** @returns how many bytes of a body were sent */
async function answer(world: World, request: IncomingMessage, response: ServerResponse, path: string): Promise<number> {
  const { method } = request;
  const host = hostOf(request, world);
  // A page of elsewhere whose name was made to lead here is not to read what is on this machine.
  if (host === undefined) return send(response, 421, 'this server is for the machine that it runs on\n');
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(response, 405, 'files can be read, and nothing else\n');
  }
  if (INDEX_PATHS.has(path)) return sendIndex(world, `http://${host}`, response, method);
  const found = findFile(world.root, path);
  if (found.kind === 'file') return sendFile(found.file, request, response);
  if (found.kind === 'redirect') {
    response.setHeader('location', found.path);
    return send(response, 301, '');
  }
  return sendPage(world, `http://${host}`, response, { method, path });
}

/** The host that a request is for, as it was typed; undefined for one that is not meant for this machine, where nobody else is to ask. */
function hostOf({ headers, socket }: IncomingMessage, { host }: ServeOptions): string | undefined {
  const asked = headers.host ?? `${socket.localAddress}:${socket.localPort}`;
  const [, name = ''] = /^([\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.exec(asked) ?? [];
  return name !== '' && (!isLoopbackHost(host) || isLoopbackHost(name)) ? asked : undefined;
}

async function sendIndex({ index, onProblems }: World, address: string, response: ServerResponse, method: string): Promise<number> {
  const built = await index.for(address);
  onProblems(built.problems);
  response.setHeader('cache-control', 'no-cache');
  return errorsOf(built) === '' ? send(response, 200, built.text, 'application/yaml; charset=utf-8', method) : send(response, 500, errorsOf(built));
}

/** Answers with a page of the catalogue, where the directory has no file of that name. */
async function sendPage({ index }: World, address: string, response: ServerResponse, { method, path }: { method: string; path: string }): Promise<number> {
  const built = await index.for(address).catch((error: unknown) => {
    if (path === '/') throw error;
  });
  if (built === undefined) return send(response, 404, NO_FILE);
  if (errorsOf(built) !== '') return path === '/' ? send(response, 500, errorsOf(built)) : send(response, 404, NO_FILE);
  const pages = await built.pages();
  const name = path.replace(/^\//, '');
  const file = name === '' || name.endsWith('/') ? `${name}index.html` : name;
  const text = pages.get(file);
  response.setHeader('cache-control', 'no-cache');
  if (text !== undefined) return send(response, 200, text, typeOf(file), method);
  if (!pages.has(`${name}/index.html`)) return send(response, 404, NO_FILE);
  response.setHeader('location', `/${name}/`);
  return send(response, 301, '');
}

const NO_FILE = 'there is no such file\n';

/** What keeps an index from being published, a line each; empty where nothing does. */
const errorsOf = ({ problems }: IndexText): string =>
  problems
    .filter(({ disables }) => disables)
    .map((problem) => `${publishedLine(problem)}\n`)
    .join('');

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8', method = 'GET'): number {
  const body = Buffer.from(text);
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, 'x-content-type-options': 'nosniff' });
  response.end(method === 'HEAD' ? undefined : body);
  return method === 'HEAD' ? 0 : body.length;
}

function failed({ onProblems }: ServeOptions, response: ServerResponse, path: string, error: unknown): number {
  const text = isUserError(error) ? errorLine(error) : error instanceof Error ? error.message : String(error);
  onProblems([{ where: path, text, disables: true }]);
  if (response.headersSent) {
    response.destroy();
    return 0;
  }
  return send(response, 500, `${text}\n`);
}
