import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { MirrorRelease } from '../../src/mirror/book.ts';
import { collectPackages, registryOf } from '../../src/mirror/bundle/collect-packages.ts';
import { registryBook } from '../../src/mirror/registry-book.ts';

const SUM = 'ab'.repeat(32);

/** Index authors may call their add-ons as what every object has. */
test('an add-on may be called constructor', async () => {
  const origin = 'https://authors.example.org/c.tar.gz';
  const release: MirrorRelease = { name: 'constructor', version: '1.0.0', files: [], entry: { origin, isPrerelease: false } };
  const objects = [{ url: origin, key: 'external/constructor-1.0.0.tar.gz', sha256: SUM, bytes: 1 }];
  const book = await registryBook.open(undefined, 'registry');
  expect(book.known(release)).toBeUndefined();
  const text = await book.withChanges([{ does: 'add', release, objects }]);
  expect((await registryBook.open(text, 'registry')).known(release)?.objects[0]?.sha256).toBe(SUM);

  const file = { path: 'external/constructor-1.0.0.tar.gz', sha256: SUM, bytes: 1, place: '/nowhere' };
  const { text: bundled } = registryOf([{ name: 'constructor', version: '1.0.0', url: origin, sha256: SUM, file }]);
  expect(JSON.parse(bundled)).toMatchObject({ constructor: [{ version: '1.0.0', key: file.path }] });
});

test('a package whose address has no name that can be read is found by add-on and version', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tool-packages-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files/hello-1.0.0.tar.gz'), gzipSync(Buffer.alloc(1024)));
  const needed = [{ name: 'hello', version: '1.0.0', url: 'https://authors.example.org/%zz.tar.gz' }];
  const [one] = await collectPackages(needed, { folder, files: join(folder, 'files'), env: {}, onProgress: () => {} });
  expect(one?.file.path).toBe('external/hello-1.0.0.tar.gz');
});
