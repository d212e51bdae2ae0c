import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { openStore } from '../../src/mirror/stores/open-store.ts';
import { Bucket } from '../../src/mirror/stores/s3/bucket.ts';
import { CredentialChain } from '../../src/mirror/stores/s3/credentials.ts';
import type { ObjectStore, StoredFile } from '../../src/mirror/stores/store.ts';
import { tarGz } from '../support/archives.ts';
import { type AuthorServer, authorServer } from '../support/author-server.ts';
import { sha256 } from '../support/digests.ts';
import { onPath, testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { SWIFT_KEY, SWIFT_PROGRAMS, SWIFT_SECRET, SwiftServer } from '../support/swift-server.ts';

const test = testNeeding(...SWIFT_PROGRAMS);
const env = { AWS_ACCESS_KEY_ID: SWIFT_KEY, AWS_SECRET_ACCESS_KEY: SWIFT_SECRET, AWS_EC2_METADATA_DISABLED: 'true' };
const warnings: string[] = [];
const listener = { warn: (line: string): void => void warnings.push(line) };

let server: SwiftServer;
let author: AuthorServer;
let box: Sandbox;
const bucketOf = (name: string): Bucket =>
  new Bucket({ address: `${server.url}/${name}`, region: 'us-east-1', credentials: new CredentialChain(env), env, listener });
beforeAll(async () => {
  box = Sandbox.prepared();
  author = await authorServer();
  if (!SWIFT_PROGRAMS.every(onPath)) return;
  server = await SwiftServer.start();
  expect((await bucketOf('mirror').ask({ method: 'PUT', key: '' })).status).toBe(200);
}, 120_000);
afterAll(async () => {
  box[Symbol.dispose]();
  await author[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const open = (more: Record<string, string> = {}): Promise<ObjectStore> =>
  openStore('s3://mirror/stores', { endpoint: server.url, env: { ...env, ...more }, listener });

async function fileOf(store: ObjectStore, text: string | Buffer): Promise<StoredFile> {
  const bytes = Buffer.from(text);
  const file = join(await store.scratch(), `file-${Math.random()}`);
  writeFileSync(file, bytes);
  return { file, sha256: sha256(bytes), bytes: bytes.length };
}

test('a wrong secret is refused by a verifier that is not of these tests', async () => {
  const store = await open({ AWS_SECRET_ACCESS_KEY: 'wrong' });
  const told = await store.read('index.yaml', 1000).catch((error: Error) => error.message);
  expect(told).toContain('403 SignatureDoesNotMatch');
});

test('an object is made once, and read back, whatever signs its key has', async () => {
  const store = await open();
  const long = Buffer.alloc(3 << 20, 'swift');
  expect(await store.read('a/b+c~d_1.0%2B.txt', 1000)).toBeUndefined();
  expect(await store.create('a/b+c~d_1.0%2B.txt', await fileOf(store, 'one'))).toBe('created');
  expect(await store.create('a/b+c~d_1.0%2B.txt', await fileOf(store, 'one'))).toBe('same');
  expect(await store.create('a/b+c~d_1.0%2B.txt', await fileOf(store, 'two'))).toBe('different');
  expect((await store.read('a/b+c~d_1.0%2B.txt', 1000))?.bytes.toString()).toBe('one');
  expect(await store.create('long', await fileOf(store, long))).toBe('created');
  expect(await store.hashOf('long')).toBe(sha256(long));
  await store.close();
  expect(warnings).toContain('s3://mirror/stores knows no conditional writes: mirrors that write there take turns by a lock object');
});

test('a record is replaced only if it is what was read; of two objects that come at once one is made', async () => {
  const [one, other] = [await open(), await open()];
  expect(await one.replace('index.yaml', 'first', undefined)).toBe(true);
  const first = await one.read('index.yaml', 1000);
  await one.close();
  expect(await other.replace('index.yaml', 'other', undefined)).toBe(false);
  expect(await other.replace('index.yaml', 'second', first?.tag)).toBe(true);
  await other.close();
  const stores = await Promise.all(['a', 'b', 'c'].map(() => open()));
  const came = await Promise.all(
    stores.map(async (store, index) => {
      const result = await store.create('at-once', await fileOf(store, `of ${index}`));
      await store.close();
      return result;
    }),
  );
  expect(came.sort()).toEqual(['created', 'different', 'different']);
  // Nothing of a lock is left.
  const list = await bucketOf('mirror').ask({ method: 'GET', key: '', query: { 'list-type': '2', prefix: 'stores/.mirror-locks/' } });
  expect(list.body.toString()).not.toContain('<Key>');
});

test('add-ons are mirrored into it, by two mirrors at once too', async () => {
  const versions = ['1.0.0', '1.1.0', '1.2.0'];
  for (const version of versions) author.files.set(`/k-${version}.tar.gz`, tarGz([{ name: 'content', body: version }]));
  const entries = versions.map((version) => ({ version, url: `${author.url}/k-${version}.tar.gz`, kurlVersionCompatibilityRange: '*' }));
  author.files.set('/versions.json', JSON.stringify(entries));
  await box.run(['addon:source:add', 'kotsadm', `${author.url}/versions.json`]);
  const mirror = () => box.run(['addon:mirror', '--to', 's3://mirror/all', '--endpoint', server.url], { env });
  const ended = await Promise.all([mirror(), mirror()]);
  expect(ended.map(({ status }) => status)).toEqual([0, 0]);
  const store = await openStore('s3://mirror/all', { endpoint: server.url, env, listener });
  const registry = JSON.parse((await store.read('external/addon-registry.json', 100_000))?.bytes.toString() ?? '{}');
  expect(registry.kotsadm.map(({ version }: { version: string }) => version)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
  for (const { key, sha256Sum } of registry.kotsadm) expect(await store.hashOf(key)).toBe(sha256Sum);
  await store.close();
  expect((await mirror()).stdout).toBe('-----> kotsadm: 3 unchanged\n');
});
