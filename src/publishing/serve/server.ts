import { realpathSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Problem } from '../../catalogue/release.ts';
import { type Answered, type ListenOptions, type Reading, type Serving, sendText, serveForReading } from '../../http/local-server.ts';
import { INDEX_NAME } from '../index-file.ts';
import { publishedLine } from '../published-line.ts';
import { findFile } from './find-file.ts';
import { sendFile, typeOf } from './send-file.ts';
import { type IndexBuilder, type IndexText, ServedIndex } from './served-index.ts';

/** How a directory is served. */
export interface ServeOptions extends ListenOptions {
  readonly directory: string;
  readonly build: IndexBuilder;
  readonly onRequest: (request: Answered) => void;
  /** Told of what is wrong with the index, each time it was asked for. */
  readonly onProblems: (problems: readonly Problem[]) => void;
}

/** Where the index is: under the name that `repository:index` gives it, and that of Botkube's own server for development (contract registry §1.3). */
const INDEX_PATHS: ReadonlySet<string> = new Set([`/${INDEX_NAME}`, '/botkube.yaml']);

/**
 * Serves a directory of plugins over HTTP, with an index that is built when it is asked for.
 * @throws UserError where the port cannot be had
 */
export async function serveDirectory(options: ServeOptions): Promise<Serving> {
  const root = realpathSync(options.directory);
  const world: World = { ...options, root, index: new ServedIndex(root, options.build) };
  return serveForReading({
    ...options,
    readable: 'files',
    answer: (reading, response) => answer(world, reading, response),
    onFailure: (text, path) => {
      options.onProblems([{ where: path, text, disables: true }]);
      return 500;
    },
  });
}

interface World extends ServeOptions {
  readonly root: string;
  readonly index: ServedIndex;
}

async function answer(world: World, { request, method, path, host }: Reading, response: ServerResponse): Promise<number> {
  if (INDEX_PATHS.has(path)) return sendIndex(world, `http://${host}`, response, method);
  const found = findFile(world.root, path);
  if (found.kind === 'file') return sendFile(found.file, request, response);
  if (found.kind === 'redirect') {
    response.setHeader('location', found.path);
    return sendText(response, 301, '');
  }
  return sendPage(world, `http://${host}`, response, { method, path });
}

async function sendIndex({ index, onProblems }: World, address: string, response: ServerResponse, method: string): Promise<number> {
  const built = await index.for(address);
  onProblems(built.problems);
  response.setHeader('cache-control', 'no-cache');
  return errorsOf(built) === '' ? sendText(response, 200, built.text, 'application/yaml; charset=utf-8', method) : sendText(response, 500, errorsOf(built));
}

/** Answers with a page of the catalogue, where the directory has no file of that name. */
async function sendPage({ index }: World, address: string, response: ServerResponse, { method, path }: { method: string; path: string }): Promise<number> {
  const built = await index.for(address).catch((error: unknown) => {
    if (path === '/') throw error;
  });
  if (built === undefined) return sendText(response, 404, NO_FILE);
  if (errorsOf(built) !== '') return path === '/' ? sendText(response, 500, errorsOf(built)) : sendText(response, 404, NO_FILE);
  const pages = await built.pages();
  const name = path.replace(/^\//, '');
  const file = name === '' || name.endsWith('/') ? `${name}index.html` : name;
  const text = pages.get(file);
  response.setHeader('cache-control', 'no-cache');
  if (text !== undefined) return sendText(response, 200, text, typeOf(file), method);
  if (!pages.has(`${name}/index.html`)) return sendText(response, 404, NO_FILE);
  response.setHeader('location', `/${name}/`);
  return sendText(response, 301, '');
}

const NO_FILE = 'there is no such file\n';

/** What keeps an index from being published, a line each; empty where nothing does. */
const errorsOf = ({ problems }: IndexText): string =>
  problems
    .filter(({ disables }) => disables)
    .map((problem) => `${publishedLine(problem)}\n`)
    .join('');
