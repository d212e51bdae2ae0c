import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isUserError } from '../../src/errors.ts';
import { Registry } from '../../src/registries/registry.ts';
import { type Serving, serving } from '../support/serving.ts';

const MANIFEST = JSON.stringify({ artifactType: 'a', config: { mediaType: 'c' }, layers: [] });
const BLOB = 'what is in the blob';
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-registry-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a server was told. */
interface Told {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body?: string;
}

/** A server that writes down what it is told. */
async function telling(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Serving & { readonly told: Told[] }> {
  const told: Told[] = [];
  const server = await serving((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      told.push({ path: `${request.method} ${request.url}`, authorization: request.headers.authorization, ...(body ? { body } : {}) });
      answer(request, response);
    });
  });
  return Object.assign(server, { told });
}

/** A registry that wants a token from somewhere. */
const wanting = (challenge: () => string, token = 'Bearer good') =>
  telling((request, response) => {
    if (request.headers.authorization === token) response.end(request.url?.includes('/tags/') ? '{"tags":["1.0.0"]}' : MANIFEST);
    else response.writeHead(401, { 'www-authenticate': challenge() }).end('{"errors":[{"code":"UNAUTHORIZED","message":"secret?"}]}');
  });

const registryAt = ({ port }: Serving, host = '127.0.0.1'): Registry =>
  new Registry({ registry: `${host}:${port}`, repository: 'a/b' }, { env: { HOME: folder, PATH: process.env.PATH }, plainHttp: [] });

function store(registry: Serving, entry: object): void {
  mkdirSync(join(folder, '.docker'), { recursive: true });
  writeFileSync(join(folder, '.docker/config.json'), JSON.stringify({ auths: { [`127.0.0.1:${registry.port}`]: entry } }));
}

const auth = Buffer.from('user:password').toString('base64');
const giving = (token: object | string) => telling((_request, response) => void response.end(typeof token === 'string' ? token : JSON.stringify(token)));

/** How asking for a manifest fails: code, message and hint. */
async function failure(registry: Registry): Promise<{ code: string; text: string }> {
  const error = await registry.manifest('1').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isUserError(error)) throw error ?? new Error('it did not fail');
  return { code: error.code, text: `${error.message}; ${error.hint}` };
}

test('a token is had as nobody, once, for what the registry says', async () => {
  await using tokens = await giving({ token: 'good' });
  await using server = await wanting(() => `Bearer realm="${tokens.url}/token?x=1",service="here",scope="repository:a/b:pull"`);
  const registry = registryAt(server);
  expect((await registry.manifest('1')).digest).toBe(digestOf(MANIFEST));
  expect(await registry.tags()).toEqual(['1.0.0']);
  expect(tokens.told).toEqual([{ path: 'GET /token?x=1&service=here&scope=repository%3Aa%2Fb%3Apull', authorization: undefined }]);
  expect(server.told.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['GET /v2/a/b/manifests/1', undefined],
    ['GET /v2/a/b/manifests/1', 'Bearer good'],
    ['GET /v2/a/b/tags/list?n=1000', 'Bearer good'],
  ]);
});

test('a user and a password are told to the server of tokens, and not to the registry', async () => {
  await using tokens = await giving({ access_token: 'good' });
  await using server = await wanting(() => `Bearer realm="${tokens.url}/token"`);
  store(server, { auth });
  await registryAt(server).manifest('1');
  expect(tokens.told).toEqual([{ path: 'GET /token?scope=repository%3Aa%2Fb%3Apull', authorization: `Basic ${auth}` }]);
  expect(server.told.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer good']);
});

test('an identity token is posted, and not sent on by a redirect', async () => {
  await using tokens = await giving({ access_token: 'good' });
  await using server = await wanting(() => `Bearer realm="${tokens.url}/token",service="here"`);
  store(server, { auth, identitytoken: 'id=1&2' });
  await registryAt(server).manifest('1');
  const body = 'grant_type=refresh_token&client_id=tool&service=here&scope=repository%3Aa%2Fb%3Apull&refresh_token=id%3D1%262';
  expect(tokens.told).toEqual([{ path: 'POST /token', authorization: undefined, body }]);

  await using redirecting = await telling((_request, response) => void response.writeHead(307, { location: `${tokens.url}/token` }).end());
  await using other = await wanting(() => `Bearer realm="${redirecting.url}/token"`);
  store(other, { identitytoken: 'id' });
  expect(await failure(registryAt(other))).toMatchObject({ text: expect.stringContaining(`${redirecting.url}/token answered 307 without a token`) });
  expect(tokens.told).toHaveLength(1);
});

test('a user and a password are not sent on to where the server of tokens redirects', async () => {
  await using elsewhere = await giving({ token: 'good' });
  await using tokens = await telling((_request, response) => void response.writeHead(307, { location: `${elsewhere.url}/token` }).end());
  await using server = await wanting(() => `Bearer realm="${tokens.url}/token"`);
  store(server, { auth });
  await registryAt(server).manifest('1');
  expect([tokens, elsewhere].map(({ told }) => told.map(({ authorization }) => authorization))).toEqual([[`Basic ${auth}`], [undefined]]);
});

test('without a challenge for tokens, a user and a password are told to the registry', async () => {
  await using server = await wanting(() => 'Negotiate, Basic realm="here"', `Basic ${auth}`);
  expect(await failure(registryAt(server))).toEqual({
    code: 'registry-denied',
    text: `Cannot pull 127.0.0.1:${server.port}/a/b:1: the registry asks for a user and a password; log in with \`docker login 127.0.0.1:${server.port}\` or \`helm registry login 127.0.0.1:${server.port}\``,
  });
  store(server, { auth: Buffer.from('user:wrong').toString('base64') });
  expect(await failure(registryAt(server))).toMatchObject({
    code: 'registry-denied',
    text: expect.stringContaining('the registry answered 401 (UNAUTHORIZED); log in'),
  });
  store(server, { auth });
  await registryAt(server).manifest('1');
});

test('what kept credentials from being found is told where they are needed', async () => {
  await using server = await wanting(() => 'Basic realm="here"');
  mkdirSync(join(folder, '.docker'));
  writeFileSync(join(folder, '.docker/config.json'), '{"credsStore": "missing"}');
  expect((await failure(registryAt(server))).text).toContain('docker-credential-missing cannot be run; it has the credentials of 127.0.0.1');
});

test.each<[answer: object | string, problem: string]>([
  ['no JSON', 'answered 200 without a token'],
  [{ token: '' }, 'answered 200 without a token'],
  [{ token: 'a\r\nx: y' }, 'answered 200 without a token'],
  [{ token: ['good'] }, 'answered 200 without a token'],
  ['null', 'answered 200 without a token'],
  [{ token: 'x'.repeat(300_000) }, 'the answer is longer than'],
])('%j is no token', async (answer, problem) => {
  await using tokens = await giving(answer);
  await using server = await wanting(() => `Bearer realm="${tokens.url}"`);
  expect(await failure(registryAt(server))).toMatchObject({ code: 'registry-failed', text: expect.stringContaining(problem) });
});

test('a server of tokens that gives none says who is asked to log in', async () => {
  await using tokens = await telling((_request, response) => void response.writeHead(401).end());
  await using server = await wanting(() => `Bearer realm="${tokens.url}/t"`);
  expect(await failure(registryAt(server))).toMatchObject({
    code: 'registry-denied',
    text: expect.stringContaining(`${tokens.url}/t gives no token without credentials for 127.0.0.1:${server.port} (401); log in`),
  });
  store(server, { auth });
  expect((await failure(registryAt(server))).text).toContain('does not take the credentials that are kept for');
});

test.each(['http://tokens.example.org/token', 'file:///etc/passwd', 'https://user@tokens.example.org/', 'nonsense', ''])(
  'a place %j for tokens is not asked',
  async (realm) => {
    await using server = await wanting(() => `Bearer realm="${realm}"`);
    store(server, { auth });
    expect((await failure(registryAt(server))).text).toContain(`the registry sends for a token to ${realm || 'nowhere'}, which is not asked`);
  },
);

test('who stands behind a redirect is not told credentials, nor asks for them', async () => {
  await using elsewhere = await telling((_request, response) => void response.writeHead(401, { 'www-authenticate': 'Basic realm="mine"' }).end());
  await using server = await telling((_request, response) => void response.writeHead(307, { location: `${elsewhere.url}/there` }).end());
  store(server, { auth });
  expect(await failure(registryAt(server))).toMatchObject({ code: 'registry-denied', text: expect.stringContaining('answered 401') });
  expect(elsewhere.told.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test('a blob that is kept elsewhere is fetched there, without credentials', async () => {
  await using elsewhere = await telling((_request, response) => void response.end(BLOB));
  await using server = await telling((request, response) => {
    if (request.headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
    else if (request.url?.includes('/blobs/')) response.writeHead(307, { location: `${elsewhere.url}/kept?sig=1` }).end();
    else response.end(MANIFEST);
  });
  store(server, { auth });
  const registry = registryAt(server);
  await registry.manifest('1');
  const file = join(folder, 'blob');
  await registry.blob({ mediaType: 'm', digest: digestOf(BLOB), size: BLOB.length }, file, { maxBytes: 100 });
  expect(readFileSync(file, 'utf8')).toBe(BLOB);
  expect(server.told.map(({ authorization }) => authorization)).toEqual([undefined, `Basic ${auth}`, `Basic ${auth}`]);
  expect(elsewhere.told).toEqual([{ path: 'GET /kept?sig=1', authorization: undefined }]);
});

test('a manifest is what the registry’s own digest says of it', async () => {
  await using server = await telling((_request, response) => void response.writeHead(200, { 'docker-content-digest': digestOf('another') }).end(MANIFEST));
  expect(await failure(registryAt(server))).toMatchObject({
    code: 'checksum-mismatch',
    text: expect.stringContaining(`has the digest ${digestOf(MANIFEST)}, not`),
  });
});

test('a list of tags that is none is refused', async () => {
  await using server = await telling((_request, response) => void response.end('<html>'));
  await expect(registryAt(server).tags()).rejects.toThrow(`The list of tags of 127.0.0.1:${server.port}/a/b is not understood`);
});

test('tags come in pages, of this registry alone, and not again', async () => {
  const pages: Record<string, [body: string, link?: string]> = {
    '?n=1000': ['{"tags":["1.0.0","-bad","1.0.0"]}', '</v2/a/b/tags/list?last=1.0.0&n=1000>; rel="next"'],
    '?last=1.0.0&n=1000': ['{"tags":["2.0.0"]}', '<http://elsewhere.example.org/steal?last=2.0.0>; rel=next'],
    '?last=2.0.0': ['{"tags":null}', '<?last=2.0.0>; rel="next"'],
  };
  await using server = await telling((request, response) => {
    const [body, link] = pages[new URL(request.url ?? '', 'http://x').search] ?? ['no'];
    response.writeHead(200, link ? { link } : {}).end(body);
  });
  expect(await registryAt(server).tags()).toEqual(['1.0.0', '2.0.0']);
  expect(server.told).toHaveLength(3);
  expect(server.told.every(({ path }) => path.startsWith('GET /v2/a/b/tags/list?'))).toBe(true);
});
