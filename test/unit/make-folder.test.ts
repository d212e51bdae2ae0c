import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from '../../src/system/make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'tool-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('what is missing is made, with its mode, and what is there stays', () => {
  makeFolder(join(root, 'a/b/c'), 0o700);
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
  makeFolder(join(root, 'a/b/c'));
  expect(existsSync(join(root, 'a/b/c'))).toBe(true);
});

test('where none can be made, it ends with what mkdir says', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file/x/y'))).toThrow(/ENOTDIR/);
  expect(() => makeFolder('/proc/no-such/folder')).toThrow(/ENOENT/);
});
