import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isObjectKey } from '../../src/mirror/stores/object-key.ts';
import { openStore } from '../../src/mirror/stores/open-store.ts';
import { bucketAddress, readS3Address } from '../../src/mirror/stores/s3/address.ts';
import type { ObjectStore, StoredFile } from '../../src/mirror/stores/store.ts';
import { sha256 } from '../support/digests.ts';
import { type S3Server, s3Environment, s3Server } from '../support/s3-server.ts';

let folder: string;
let server: S3Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tool-stores-'));
  server = await s3Server();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
});

const warnings: string[] = [];
const listener = { warn: (line: string): void => void warnings.push(line) };
const inBucket = (env = {}): Promise<ObjectStore> =>
  openStore('s3://mirror/all/of it'.replace(' it', '-it'), { endpoint: server.url, env: s3Environment(env), listener });
const inFolder = (): Promise<ObjectStore> => openStore(join(folder, 'store'), { env: {}, listener });

/** A file to be stored: a new one each time, as a store may move it. */
async function fileOf(store: ObjectStore, text: string | Buffer): Promise<StoredFile> {
  const bytes = Buffer.from(text);
  const file = join(await store.scratch(), `file-${Math.random()}`);
  writeFileSync(file, bytes);
  return { file, sha256: sha256(bytes), bytes: bytes.length };
}

const LONG = Buffer.alloc(3 << 20, 'x');

describe.each<[string, () => Promise<ObjectStore>]>([
  ['a directory', inFolder],
  ['a bucket', () => inBucket()],
  [
    'a bucket without conditional writes',
    async () => {
      server.unconditional = true;
      return inBucket();
    },
  ],
])('%s', (_, open) => {
  test('keeps what it has once', async () => {
    const store = await open();
    expect(await store.hashOf('external/a+1.tar.gz')).toBeUndefined();
    expect(await store.create('external/a+1.tar.gz', await fileOf(store, 'one'))).toBe('created');
    expect(await store.create('external/a+1.tar.gz', await fileOf(store, 'one'))).toBe('same');
    expect(await store.create('external/a+1.tar.gz', await fileOf(store, 'two'))).toBe('different');
    expect(await store.hashOf('external/a+1.tar.gz')).toBe(sha256('one'));
    expect(await store.create('external/long', await fileOf(store, LONG))).toBe('created');
    expect(await store.create('external/long', await fileOf(store, LONG))).toBe('same');
    await store.close();
    expect(server.overwritten).toEqual([]);
  });

  test('replaces a small object only if it is what was read', async () => {
    const [store, other] = [await open(), await open()];
    expect(await store.read('index.yaml', 1000)).toBeUndefined();
    expect(await store.replace('index.yaml', 'first', undefined)).toBe(true);
    // One who does not know of it yet.
    await store.close();
    expect(await other.replace('index.yaml', 'other', undefined)).toBe(false);
    const first = await other.read('index.yaml', 1000);
    expect(first?.bytes.toString()).toBe('first');
    expect(await other.replace('index.yaml', 'second', first?.tag)).toBe(true);
    await other.close();
    const third = await open();
    expect(await third.replace('index.yaml', 'third', first?.tag)).toBe(false);
    expect((await third.read('index.yaml', 1000))?.bytes.toString()).toBe('second');
    await third.close();
  });

  test('makes one of two objects that come at once', async () => {
    const stores = [await open(), await open()];
    const came = await Promise.all(
      stores.map(async (store, index) => {
        const result = await store.create('one', await fileOf(store, `of ${index}`));
        await store.close();
        return result;
      }),
    );
    expect(came.sort()).toEqual(['created', 'different']);
    expect(server.overwritten).toEqual([]);
  });
});

describe('a directory', () => {
  test('has its objects as files, and nothing else is left', async () => {
    const store = await inFolder();
    await store.create('a/b/c.txt', await fileOf(store, 'text'));
    await store.close();
    expect(readFileSync(join(folder, 'store/a/b/c.txt'), 'utf8')).toBe('text');
    expect(readdirSync(join(folder, 'store'))).toEqual(['a']);
  });

  test('is cleared of what a mirror left that died, and not of what another does', async () => {
    const alive = await inFolder();
    await fileOf(alive, 'on its way');
    mkdirSync(join(folder, 'store/.coming-dead'));
    writeFileSync(join(folder, 'store/.coming-dead/owner.lock'), '');
    const store = await inFolder();
    await store.scratch();
    expect(readdirSync(join(folder, 'store')).filter((name) => name.startsWith('.coming-')).length).toBe(2);
    await alive.close();
    await store.close();
    expect(readdirSync(join(folder, 'store'))).toEqual([]);
  });

  test('says what stands in the way', async () => {
    writeFileSync(join(folder, 'file'), '');
    const store = await openStore(join(folder, 'file'), { env: {}, listener });
    await expect(store.scratch()).rejects.toMatchObject({ code: 'file-system-error', message: `Cannot write the mirror: ${join(folder, 'file')} (EEXIST)` });
  });
});

describe('a bucket', () => {
  test('has its objects below the prefix, at an address', async () => {
    const store = await inBucket();
    await store.create('external/a+1.tgz', await fileOf(store, 'one'));
    expect([...server.objects.keys()]).toEqual(['all/of-it/.mirror-probe', 'all/of-it/external/a+1.tgz']);
    // That it keeps to conditions is found out once.
    await store.create('external/a+2.tgz', await fileOf(store, 'two'));
    const probes = ['200', '412', '412'].map((status) => `PUT all/of-it/.mirror-probe ${status}`);
    expect(server.log.filter((line) => line.includes('probe'))).toEqual(probes);
    expect([store.name, store.address]).toEqual(['s3://mirror/all/of-it', `${server.url}/mirror/all/of-it`]);
    await store.close();
  });

  test.each<[string, object, string]>([
    ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong' }, '403 SignatureDoesNotMatch'],
    ['a key that nobody has', { AWS_ACCESS_KEY_ID: 'NOBODY' }, '403 InvalidAccessKeyId'],
  ])('%s is not the same as nothing there', async (_, env, told) => {
    const store = await inBucket(env);
    await expect(store.read('index.yaml', 1000)).rejects.toMatchObject({
      code: 'store-failed',
      message: `Cannot read ${server.url}/mirror/all/of-it/index.yaml: the server answered ${told}`,
    });
  });

  test('neither is a bucket that is not there, nor a page', async () => {
    const store = await openStore('s3://elsewhere', { endpoint: server.url, env: s3Environment(), listener });
    await expect(store.read('index.yaml', 1000)).rejects.toMatchObject({ hint: 'make the bucket first' });
    server.fault = () => ({ status: 404, code: 'Whatever' });
    await expect((await inBucket()).read('index.yaml', 1000)).rejects.toMatchObject({ code: 'store-failed' });
  });

  test('names the region that a bucket is in', async () => {
    server.fault = () => ({ status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-north-1' } });
    await expect((await inBucket()).read('index.yaml', 1000)).rejects.toMatchObject({ hint: 'set AWS_REGION=eu-north-1' });
  });

  test('that does not answer is asked again', async () => {
    let asked = 0;
    server.fault = () => (asked++ === 0 ? 'hang' : undefined);
    const retried: string[] = [];
    const patient = { ...listener, onRetry: (reason: string): void => void retried.push(reason) };
    const store = await openStore('s3://mirror', { endpoint: server.url, env: s3Environment(), listener: patient, stalledAfterMs: 200 });
    expect(await store.create('one', await fileOf(store, 'one'))).toBe('created');
    expect(await store.create('one', await fileOf(store, 'two'))).toBe('different');
    expect(retried).toEqual(['nothing came for 0.2 s']);
    await store.close();
  });

  test('that knows no conditions is written to under a lock that is told of and given back', async () => {
    server.unconditional = true;
    warnings.length = 0;
    const store = await inBucket();
    await store.create('one', await fileOf(store, 'one'));
    expect([...server.objects.keys()].some((key) => key.startsWith('all/of-it/.mirror-locks/'))).toBe(true);
    await store.close();
    expect([...server.objects.keys()]).toEqual(['all/of-it/one']);
    expect(warnings).toEqual(['s3://mirror/all/of-it knows no conditional writes: mirrors that write there take turns by a lock object']);
  });

  test('that takes no notice of conditions is written to under a lock too, and nothing is overwritten', async () => {
    server.careless = true;
    warnings.length = 0;
    const [store, other] = [await inBucket(), await inBucket()];
    expect(await store.create('one', await fileOf(store, 'one'))).toBe('created');
    expect([...server.objects.keys()].some((key) => key.startsWith('all/of-it/.mirror-locks/'))).toBe(true);
    await store.close();
    expect(await other.create('one', await fileOf(other, 'two'))).toBe('different');
    expect(await other.replace('index.yaml', 'first', undefined)).toBe(true);
    expect(await other.replace('index.yaml', 'second', '"another"')).toBe(false);
    await other.close();
    expect(server.overwritten).toEqual([]);
    expect(server.objects.get('all/of-it/one')?.toString()).toBe('one');
    expect(new Set(warnings)).toEqual(
      new Set(['s3://mirror/all/of-it takes no notice of the conditions of writes: mirrors that write there take turns by a lock object']),
    );
  });

  test('that takes no notice of If-Match alone is found out as well', async () => {
    server.fault = ({ headers }) => (headers['if-match'] === undefined ? undefined : { status: 200, code: 'None' });
    warnings.length = 0;
    const store = await inBucket();
    await store.create('one', await fileOf(store, 'one'));
    await store.close();
    expect(warnings).toEqual(['s3://mirror/all/of-it takes no notice of the conditions of writes: mirrors that write there take turns by a lock object']);
  });

  test('refuses what it cannot take in one request before it is sent', async () => {
    const store = await inBucket();
    await expect(store.create('one', { file: '/dev/null', sha256: sha256(''), bytes: 6 * 2 ** 30 })).rejects.toMatchObject({
      code: 'too-large',
      message: 'one is 6442450944 bytes, and S3 takes 5368709120 (5 GiB) in one request',
      hint: 'mirror it into a directory',
    });
    expect(server.log).toEqual([]);
    expect((await inFolder()).mostBytes).toBeUndefined();
  });

  test('keeps no lock of a mirror that died, and none that could not be taken', async () => {
    server.unconditional = true;
    const dead = `all/of-it/.mirror-locks/${'d'.repeat(32)}`;
    // The server says that it was written in 1970.
    server.objects.set(dead, Buffer.from('{}'));
    const store = await inBucket();
    server.fault = ({ method, key }) => (method === 'GET' && key === '' ? { status: 403, code: 'AccessDenied' } : undefined);
    await expect(store.create('one', await fileOf(store, 'one'))).rejects.toMatchObject({ code: 'store-failed' });
    expect([...server.objects.keys()]).toEqual([dead]);
    server.fault = () => undefined;
    expect(await store.create('one', await fileOf(store, 'one'))).toBe('created');
    expect(server.objects.has(dead)).toBe(false);
    await store.close();
    expect([...server.objects.keys()]).toEqual(['all/of-it/one']);
  });
});

test.each(['a', 'external/kotsadm-1.0.0+2.tar.gz', 'x/y~z/a%2B'])('"%s" may name an object', (key) => expect(isObjectKey(key)).toBe(true));
test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', '.a', 'a/.b', 'a b', 'a\\b', 'é', 'a\nb', 'x'.repeat(1025)])('"%s" may not', (key) =>
  expect(isObjectKey(key)).toBe(false),
);

test.each<[string, string, string | undefined, string]>([
  ['s3://plugins/all', 'eu-central-1', undefined, 'https://plugins.s3.eu-central-1.amazonaws.com'],
  ['s3://plugins.example.org', 'us-east-1', undefined, 'https://s3.us-east-1.amazonaws.com/plugins.example.org'],
  ['s3://plugins', 'cn-north-1', undefined, 'https://plugins.s3.cn-north-1.amazonaws.com.cn'],
  ['s3://plugins', 'us-east-1', 'http://127.0.0.1:9000/', 'http://127.0.0.1:9000/plugins'],
])('%s in %s is spoken to at its address', (place, region, endpoint, address) => {
  expect(bucketAddress(readS3Address(place), region, endpoint)).toBe(address);
});
test.each(['s3://', 's3://UPPER', 's3://bucket/../x', 's3://bucket//x', 's3:bucket'])('%s is refused', (place) => {
  expect(() => readS3Address(place)).toThrow('is no place in a bucket');
});
test.each(['ftp://x', 'nonsense', 'https://user:secret@example.org', 'https://example.org/?a=b'])('the endpoint %s is refused', (endpoint) => {
  expect(() => bucketAddress({ bucket: 'b12', prefix: '' }, 'us-east-1', endpoint)).toThrow('no http or https address of a server');
});
