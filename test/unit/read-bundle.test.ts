import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { unpackBundle, verifyBundle } from '../../src/mirror/bundle/read-bundle.ts';
import { writeBundle } from '../../src/mirror/bundle/write-bundle.ts';
import { asStoredFile } from '../../src/mirror/stores/stored-file.ts';

test('a bundle that was replaced by another since it was verified is not unpacked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tool-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const bundle = join(folder, 'b.tar');
  const write = async (text: string): Promise<void> => {
    const { file, sha256, bytes } = asStoredFile(join(folder, 'lock'), text);
    const files = [{ path: 'tool.lock', sha256, bytes }];
    await writeBundle(
      bundle,
      { format: 1, platform: 'linux/amd64', lock: 'tool.lock', plugins: [], specs: [], files },
      new Map([['tool.lock', file]]),
      undefined,
    );
  };
  await write('one');
  const verified = await verifyBundle(bundle);
  await write('two');
  const target = join(folder, 'target');
  await expect(unpackBundle(bundle, target, verified)).rejects.toMatchObject({ code: 'bad-bundle' });
  expect(existsSync(join(target, 'tool.lock'))).toBe(false);
  await unpackBundle(bundle, target, await verifyBundle(bundle));
  expect(existsSync(join(target, 'tool.lock'))).toBe(true);
});
