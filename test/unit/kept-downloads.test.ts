import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEPT_BYTES, keepDownload, takeKept } from '../../src/sources/catalogue/kept-downloads.ts';
import { sha256 } from '../support/digests.ts';

const MOST = 1 << 30;

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tool-kept-'));
  folder = join(root, 'downloads');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const into = (): string => join(root, 'taken');
function keep(text: string): string {
  const file = join(root, 'came');
  writeFileSync(file, text);
  keepDownload(folder, { file, sha256: sha256(text), bytes: text.length });
  return join(folder, sha256(text));
}

test('what was kept is taken again as a copy of its own, and read by its owner alone', () => {
  const path = keep('one');
  expect([statSync(folder).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(takeKept(folder, sha256('one'), into(), MOST)).toBe(3);
  expect(statSync(into())).toMatchObject({ nlink: 1, size: 3 });
  writeFileSync(into(), 'changed');
  expect(readFileSync(path, 'utf8')).toBe('one');
  expect(takeKept(folder, sha256('two'), join(root, 'other'), MOST)).toBe(undefined);
  expect(takeKept(folder, sha256('one'), join(root, 'other'), 2)).toBe(undefined);
  expect(existsSync(join(root, 'other'))).toBe(false);
});

test.each<[string, (path: string) => unknown]>([
  ['other bytes', (path) => writeFileSync(path, 'two')],
  ['cut short', (path) => truncateSync(path, 1)],
])('what is something else by now is not believed, and removed: %s', (_name, change) => {
  const path = keep('one');
  change(path);
  expect(takeKept(folder, sha256('one'), into(), MOST)).toBe(undefined);
  expect([existsSync(into()), existsSync(path)]).toEqual([false, false]);
});

test('a link or a directory is no download, and what cannot be written keeps nobody from anything', () => {
  mkdirSync(folder);
  writeFileSync(join(root, 'elsewhere'), 'one');
  symlinkSync('../elsewhere', join(folder, sha256('one')));
  mkdirSync(join(folder, sha256('two')));
  for (const text of ['one', 'two']) expect(takeKept(folder, sha256(text), into(), MOST)).toBe(undefined);
  // A link is replaced, and what it leads to stays.
  keep('one');
  expect(takeKept(folder, sha256('one'), into(), MOST)).toBe(3);
  expect(statSync(join(root, 'elsewhere')).nlink).toBe(1);
  keep('two');
  expect(statSync(join(folder, sha256('two'))).isDirectory()).toBe(true);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  keep('three');
  expect(takeKept(folder, sha256('three'), join(root, 'three'), MOST)).toBe(undefined);
});

test('what was used least lately makes room, and what is too large is not kept', () => {
  const paths = ['old', 'older', 'new'].map((text) => keep(text));
  const [old = '', older = '', newest = ''] = paths;
  // Sparse: only their size counts.
  for (const path of [old, older]) truncateSync(path, KEPT_BYTES / 2 - 10);
  utimesSync(older, 1, 1);
  utimesSync(old, 2, 2);
  writeFileSync(join(folder, '.tmp-1-x'), 'x');
  utimesSync(join(folder, '.tmp-1-x'), 1, 1);
  keep('x'.repeat(30));
  expect([older, old, newest].map((path) => existsSync(path))).toEqual([false, true, true]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);

  const large = join(root, 'large');
  writeFileSync(large, '');
  truncateSync(large, KEPT_BYTES / 4 + 1);
  keepDownload(folder, { file: large, sha256: sha256('large'), bytes: KEPT_BYTES / 4 + 1 });
  expect(readdirSync(folder)).not.toContain(sha256('large'));
});
