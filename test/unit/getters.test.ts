import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchByGetter, type GetterLimits } from '../../src/runtimes/getters.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'getters-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
async function got(script: string, limits: Partial<GetterLimits> = {}) {
  const program = join(folder, `get-${++count}`);
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const file = join(folder, `out-${count}`);
  const came = await fetchByGetter(
    { plugin: 'get', file: program },
    's3://u:s3cret@b/x',
    file,
    { maxBytes: 10, isQuiet: true, ...limits },
    { PATH: process.env.PATH },
  );
  return { ...came, text: readFileSync(file, 'utf8') };
}

test('what a getter prints is the file; a password is not among its arguments', async () => {
  expect(await got('printf "%s" "$4 $HELM_PLUGIN_PASSWORD"', { maxBytes: 99 })).toMatchObject({ text: 's3://u@b/x s3cret', bytes: 17 });
  expect(await got(':')).toEqual({ text: '', bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' });
});

test.each<[string, string, Partial<GetterLimits>, string]>([
  ['gives more than is allowed', 'while :; do echo 1234567890; done', {}, 's3://u@b/x is more than the 10 bytes that are allowed'],
  ['is quiet for too long', 'printf 1; sleep 60', { quietMs: 50 }, 'plugin "get" gave nothing for 0 s of s3://u@b/x'],
  ['fails', 'printf 1; exit 3', {}, 'plugin "get" exited with error'],
])('a getter that %s is an error', async (_, script, limits, message) => {
  await expect(got(script, limits)).rejects.toThrow(message);
});
