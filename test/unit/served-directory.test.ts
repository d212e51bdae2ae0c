import { symlinkSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Problem } from '../../src/catalogue/release.ts';
import { UserError } from '../../src/errors.ts';
import type { Answered, Serving } from '../../src/http/local-server.ts';
import { serveDirectory } from '../../src/publishing/serve/server.ts';
import { Sandbox } from '../support/sandbox.ts';

let box: Sandbox;
let server: Serving;
let asked: Answered[];
/** The addresses that indexes were built for. */
let built: string[];
let problems: readonly Problem[];
/** What the terminal of the server is told. */
let told: Problem[];
let failure: Error | undefined;

const PAGES = { 'index.html': '<h1>', 'style.css': 'h1 {}', 'p/a/index.html': '<h2>' };

const start = async (host = '127.0.0.1'): Promise<void> => {
  server = await serveDirectory({
    directory: join(box.root, 'dist'),
    host,
    port: 0,
    build: async (base) => {
      built.push(base);
      if (failure) throw failure;
      return { text: `# ${base}\n`, problems, pages: async () => new Map(Object.entries(PAGES)) };
    },
    onRequest: (one) => void asked.push(one),
    onProblems: (all) => void told.push(...all),
  });
};
beforeEach(async () => {
  box = new Sandbox();
  box.file('dist/plugin_a_any_any.tar.gz', '0123456789').file('dist/sub/index.html', '<p>').file('dist/.secret', 'x').file('outside', 'secret');
  box.file('dist/.git/config', 'x').file('dist/a b&<i>.txt', 'text');
  [asked, built, problems, told, failure] = [[], [], [], [], undefined];
  await start();
});
afterEach(async () => {
  await server.close();
  box[Symbol.dispose]();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks for a path as it is written, dots and all. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((done, fail) => {
    const { hostname, port } = new URL(server.url);
    request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body }));
    })
      .on('error', fail)
      .end();
  });
const FILE = '/plugin_a_any_any.tar.gz';

test('files are served with their types, whole or in part, and again only where they have changed', async () => {
  const whole = await ask(FILE);
  expect(whole).toMatchObject({
    status: 200,
    body: '0123456789',
    headers: { 'content-type': 'application/gzip', 'content-length': '10', 'accept-ranges': 'bytes' },
  });
  const { etag = '', 'last-modified': modified = '' } = whole.headers;
  expect(await ask(FILE, { 'if-none-match': `"other", W/${etag}` })).toMatchObject({ status: 304, body: '' });
  expect(await ask(FILE, { 'if-modified-since': modified })).toMatchObject({ status: 304 });
  expect(await ask(FILE, { 'if-none-match': '"other"', 'if-modified-since': modified })).toMatchObject({ status: 200 });
  for (const [range, status, body, shown] of [
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=5-2', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
  ] as const) {
    const answer = await ask(FILE, { range });
    expect([range, answer.status, answer.body, answer.headers['content-range']]).toEqual([range, status, body, shown]);
  }
  expect(await ask(FILE, { range: 'bytes=2-', 'if-range': etag })).toMatchObject({ status: 206 });
  expect(await ask(FILE, { range: 'bytes=2-', 'if-range': '"other"' })).toMatchObject({ status: 200, body: '0123456789' });
  expect(await ask(FILE, {}, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '10' } });
  expect(await ask(FILE, {}, 'PUT')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  box.file(`dist${FILE}`, 'changed');
  expect(await ask(FILE, { 'if-none-match': etag })).toMatchObject({ status: 200, body: 'changed' });
  box.file('dist/empty', '');
  expect(await ask('/empty')).toMatchObject({ status: 200, body: '' });
});

test('nothing outside the directory is served, nor what is hidden', async () => {
  symlinkSync('../outside', join(box.root, 'dist/link'));
  symlinkSync('..', join(box.root, 'dist/up'));
  symlinkSync('a b&<i>.txt', join(box.root, 'dist/inside'));
  const paths = [
    '/../outside',
    '/%2e%2e/outside',
    '/sub/..%2f..%2foutside',
    '/..%5coutside',
    '/link',
    '/up/outside',
    '/.secret',
    '/.git/config',
    '/%00',
    '/%',
    '//etc/passwd',
    '/nothing',
    `${FILE}/`,
  ];
  for (const path of paths) expect([path, (await ask(path)).status]).toEqual([path, 404]);
  expect(await ask('/inside')).toMatchObject({ status: 200, body: 'text' });
  expect(await ask('/sub')).toMatchObject({ status: 301, headers: { location: '/sub/' } });
  expect(await ask('/sub/?q')).toMatchObject({ status: 200, body: '<p>' });
  await expect.poll(() => asked.at(-1)).toEqual({ method: 'GET', path: '/sub/', status: 200, bytes: 3 });
});

test('the index is built for the address that it is asked for by, and anew once a file has changed', async () => {
  const { port } = new URL(server.url);
  expect(await ask('/plugins-index.yaml')).toMatchObject({
    status: 200,
    body: `# ${server.url}\n`,
    headers: { 'content-type': 'application/yaml; charset=utf-8' },
  });
  expect((await ask('/botkube.yaml')).body).toBe(`# ${server.url}\n`);
  expect((await ask('/botkube.yaml', { host: `localhost:${port}` })).body).toBe(`# http://localhost:${port}\n`);
  expect(built).toEqual([server.url, `http://localhost:${port}`]);
  box.file('dist/new', '');
  await ask('/plugins-index.yaml');
  expect(built).toHaveLength(3);
});

test('what is wrong with the index is its answer', async () => {
  problems = [{ where: 'plugin_a_any_any.tar.gz', text: 'is no archive', remedy: 'pack it', disables: true }];
  expect(await ask('/plugins-index.yaml')).toMatchObject({ status: 500, body: 'plugin_a_any_any.tar.gz: is no archive; pack it\n' });
  failure = new UserError('unreadable-file', 'it cannot be read');
  box.file('dist/new', '');
  expect(await ask('/plugins-index.yaml')).toMatchObject({ status: 500, body: 'it cannot be read\n' });
  expect(told.at(-1)).toMatchObject({ where: '/plugins-index.yaml', text: 'it cannot be read' });
  expect(await ask('/nothing')).toMatchObject({ status: 404 });
  expect(await ask('/')).toMatchObject({ status: 500, body: 'it cannot be read\n' });
  // What failed is tried again, though nothing has changed.
  [failure, problems] = [undefined, []];
  expect(await ask('/plugins-index.yaml')).toMatchObject({ status: 200 });
});

test('on loopback a host of another name gets nothing, whatever its page asks', async () => {
  for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'x y', 'localhost@evil']) {
    expect([host, (await ask('/plugins-index.yaml', { host })).status]).toEqual([host, 421]);
  }
  await server.close();
  await start('0.0.0.0');
  const { port } = new URL(server.url);
  expect((await ask('/plugins-index.yaml', { host: `plugins.example:${port}` })).body).toBe(`# http://plugins.example:${port}\n`);
});

test('the catalogue is served beside the files, unless the directory has a page of its own', async () => {
  expect(await ask('/')).toMatchObject({ status: 200, body: '<h1>', headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(await ask('/style.css')).toMatchObject({ status: 200, headers: { 'content-type': 'text/css; charset=utf-8' } });
  expect(await ask('/p/a')).toMatchObject({ status: 301, headers: { location: '/p/a/' } });
  expect(await ask('/p/a/')).toMatchObject({ status: 200, body: '<h2>' });
  expect(built).toHaveLength(1);
  problems = [{ where: 'plugin_a_any_any.tar.gz', text: 'is no archive', disables: true }];
  box.file('dist/new', '');
  expect(await ask('/')).toMatchObject({ status: 500, body: 'plugin_a_any_any.tar.gz: is no archive\n' });
  expect(await ask('/style.css')).toMatchObject({ status: 404 });
  box.file('dist/index.html', 'mine');
  expect((await ask('/')).body).toBe('mine');
});

test('a port that somebody has is told', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => other.once('listening', done));
  const { port } = other.address() as { port: number };
  const options = {
    directory: box.root,
    host: '127.0.0.1',
    port,
    build: async () => ({ text: '', problems, pages: async () => new Map<string, string>() }),
    onRequest: () => {},
    onProblems: () => {},
  };
  await expect(serveDirectory(options)).rejects.toThrow(`Cannot listen on 127.0.0.1, port ${port} (EADDRINUSE)`);
  other.close();
});
