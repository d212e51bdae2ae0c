import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorLine, isUserError } from '../../src/errors.ts';
import { digestOf, ImagePusher, type LocalBlob } from '../../src/registries/push.ts';
import { type Serving, serving } from '../support/serving.ts';

const BYTES = Buffer.from('what is in the blob');
const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';

let folder: string;
let blob: LocalBlob;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-push-'));
  writeFileSync(join(folder, 'blob'), BYTES);
  blob = { name: 'greet-1.0.0.tgz', digest: digestOf(BYTES), size: BYTES.length, content: { file: join(folder, 'blob') } };
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a server was told. */
interface Told {
  readonly line: string;
  readonly authorization?: string;
  readonly body: string;
}

type Answer = (told: Told, request: IncomingMessage, response: ServerResponse) => void;

/** A server that writes down what it is told, once all of it has come. */
async function telling(answer: Answer): Promise<Serving & { readonly told: Told[] }> {
  const told: Told[] = [];
  const server = await serving((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      const one = { line: `${request.method} ${request.url}`, ...(authorization ? { authorization } : {}), body: Buffer.concat(chunks).toString() };
      told.push(one);
      answer(one, request, response);
    });
  });
  return Object.assign(server, { told });
}

/** A registry that has no blobs, and takes them where it says. */
const taking = (place: () => string, put: Answer = (_told, _request, response) => void response.writeHead(201).end()) =>
  telling((told, request, response) => {
    if (request.method === 'HEAD') response.writeHead(404).end();
    else if (request.method === 'POST') response.writeHead(202, { location: place() }).end();
    else put(told, request, response);
  });

const retries: string[] = [];
beforeEach(() => void retries.splice(0));

const pusherTo = ({ port }: Serving): ImagePusher =>
  new ImagePusher(
    { registry: `127.0.0.1:${port}`, repository: 'a/b' },
    { env: { HOME: folder, PATH: process.env.PATH }, plainHttp: [], onRetry: (reason) => void retries.push(reason) },
  );

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => (isUserError(error) ? `${error.code}: ${errorLine(error)}` : Promise.reject(error)),
  );

test('a blob is sent in one piece, where the registry says, with how far it is', async () => {
  await using registry = await taking(() => '/v2/a/b/blobs/uploads/1?state=x%2By');
  const sent: number[] = [];
  expect(await pusherTo(registry).blob(blob, (bytes) => void sent.push(bytes))).toBe(true);
  expect(registry.told.map(({ line, body }) => [line, body])).toEqual([
    [`HEAD /v2/a/b/blobs/${blob.digest}`, ''],
    ['POST /v2/a/b/blobs/uploads/', ''],
    [`PUT /v2/a/b/blobs/uploads/1?state=x%2By&digest=${blob.digest.replace(':', '%3A')}`, BYTES.toString()],
  ]);
  expect(sent.at(-1)).toBe(BYTES.length);
});

test.each([200, 307])('what the registry has, by its status %i, is not sent', async (status) => {
  await using registry = await telling((_told, _request, response) => void response.writeHead(status, { location: 'https://example.org/' }).end());
  expect(await pusherTo(registry).blob(blob, () => {})).toBe(false);
  expect(registry.told).toHaveLength(1);
});

test('what breaks off, or finds a registry without time, is begun anew', async () => {
  let count = 0;
  await using registry = await taking(
    () => `/v2/a/b/blobs/uploads/${++count}`,
    (_told, request, response) => {
      if (count === 1) request.socket.destroy();
      else response.writeHead(count === 2 ? 503 : 201, { 'retry-after': '0' }).end();
    },
  );
  expect(await pusherTo(registry).blob(blob, () => {})).toBe(true);
  expect(registry.told.filter(({ line }) => line.startsWith('PUT')).map(({ line }) => line.replace(/\?.*/, ''))).toEqual([
    'PUT /v2/a/b/blobs/uploads/1',
    'PUT /v2/a/b/blobs/uploads/2',
    'PUT /v2/a/b/blobs/uploads/3',
  ]);
  expect(retries).toHaveLength(2);
});

test('a server that keeps blobs for a registry is not told who asks', async () => {
  await using storage = await telling((_told, _request, response) => void response.writeHead(201).end());
  const auth = Buffer.from('user:password').toString('base64');
  await using registry = await telling((told, request, response) => {
    if (told.authorization !== `Basic ${auth}`) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    else if (request.method === 'HEAD') response.writeHead(404).end();
    else response.writeHead(202, { location: `${storage.url}/upload` }).end();
  });
  mkdirSync(join(folder, '.docker'));
  writeFileSync(join(folder, '.docker/config.json'), JSON.stringify({ auths: { [`127.0.0.1:${registry.port}`]: { auth } } }));
  expect(await pusherTo(registry).blob(blob, () => {})).toBe(true);
  expect(storage.told).toEqual([{ line: `PUT /upload?digest=${blob.digest.replace(':', '%3A')}`, body: BYTES.toString() }]);
});

test('a token that may only pull is exchanged for one that may push', async () => {
  const scopes: (string | null)[] = [];
  await using tokens = await telling((_told, request, response) => {
    const scope = new URL(request.url ?? '', 'http://x').searchParams.get('scope');
    scopes.push(scope);
    response.end(JSON.stringify({ token: scope === 'repository:a/b:pull' ? 'pulls' : 'pushes' }));
  });
  await using registry = await telling(({ authorization }, request, response) => {
    const isRead = request.method === 'HEAD';
    if (authorization === 'Bearer pushes' || (isRead && authorization === 'Bearer pulls')) {
      if (isRead) response.writeHead(404).end();
      else response.writeHead(request.method === 'POST' ? 202 : 201, { location: '/v2/a/b/blobs/uploads/1' }).end();
      return;
    }
    const scope = isRead ? ',scope="repository:a/b:pull"' : '';
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}/token"${scope}` }).end();
  });
  expect(await pusherTo(registry).blob(blob, () => {})).toBe(true);
  expect(scopes).toEqual(['repository:a/b:pull', 'repository:a/b:pull,push']);
});

test.each<[put: Answer, told: string]>([
  [
    (_told, _request, response) => void response.writeHead(413).end('too large'),
    'registry-failed: Cannot push greet-1.0.0.tgz to HOST/a/b: the registry answered 413; contact the operator of the registry',
  ],
  [
    (_told, _request, response) => void response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID"}]}'),
    'registry-failed: Cannot push greet-1.0.0.tgz to HOST/a/b: the registry answered 400 (DIGEST_INVALID); contact the operator of the registry',
  ],
  [
    (_told, _request, response) => void response.writeHead(403).end('{"errors":[{"code":"DENIED"}]}'),
    'registry-denied: Cannot push greet-1.0.0.tgz to HOST/a/b: the registry answered 403 (DENIED); log in with `docker login HOST` or `helm registry login HOST`',
  ],
])('what a registry refuses is told: %#', async (put, told) => {
  await using registry = await taking(() => '/v2/a/b/blobs/uploads/1', put);
  expect(await failureOf(pusherTo(registry).blob(blob, () => {}))).toBe(told.replaceAll('HOST', `127.0.0.1:${registry.port}`));
});

test('a registry that leads nowhere, or has other bytes for a manifest, is refused', async () => {
  for (const place of ['ftp://example.org/', 'http://[']) {
    await using registry = await taking(() => place);
    expect(await failureOf(pusherTo(registry).blob({ ...blob, content: BYTES }, () => {}))).toContain(
      'the registry does not say where a blob is to be uploaded',
    );
  }
  await using registry = await telling(
    (_told, _request, response) => void response.writeHead(201, { 'docker-content-digest': digestOf(Buffer.from('other')) }).end(),
  );
  expect(await failureOf(pusherTo(registry).manifest('1.0.0', { mediaType: MEDIA_TYPE, bytes: BYTES }))).toMatch(
    /^checksum-mismatch: The registry has sha256:/,
  );
});
