import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { archiveContents } from '../../src/publishing/archive-contents.ts';
import { type RawEntry, tar, tarGz, zip } from '../support/archives.ts';

const root = mkdtempSync(join(tmpdir(), 'tool-contents-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What is read of an archive, or what is said of it. */
async function read(bytes: Buffer, wanted: (path: string) => boolean = () => false): Promise<unknown> {
  const file = join(root, 'x.tgz');
  writeFileSync(file, bytes);
  try {
    const { entries, texts } = await archiveContents(file, wanted);
    return { entries: entries.map(({ path, kind, mode, size }) => `${kind} ${path} ${mode.toString(8)} ${size}`), texts: Object.fromEntries(texts) };
  } catch (error) {
    return (error as Error).message;
  }
}

const FILES: readonly RawEntry[] = [
  { name: 'plugin.toml', body: 'top' },
  { name: 'bare/', type: '5' },
  { name: 'bare/go', body: '#!/bin/sh\n', mode: 0o755 },
  { name: 'latest', type: '2', link: 'bare/go' },
];
const inFolder = (entries: readonly RawEntry[]): RawEntry[] => entries.map((entry) => ({ ...entry, name: `ship-1.2/${entry.name}` }));
const READ = {
  entries: ['file plugin.toml 644 3', 'directory bare 755 0', 'file bare/go 755 10', 'link latest 755 0'],
  texts: { 'plugin.toml': 'top', 'bare/go': '#!/bin/sh\n' },
};
const isWanted = (path: string): boolean => path === 'plugin.toml' || path.startsWith('bare/');

test.each<[string, Buffer]>([
  ['a tar', tar(FILES)],
  ['a packed tar', tarGz(FILES)],
  ['a zip', zip(FILES)],
  ['one folder', tarGz(inFolder(FILES))],
  ['one folder, and what macOS puts beside it', tarGz([...inFolder(FILES), { name: '._ship-1.2', body: 'x' }])],
])('entries and texts of %s, by paths below the root', async (_name, bytes) => {
  expect(await read(bytes, isWanted)).toEqual(READ);
});

test('what is called plugin.toml further down is another file', async () => {
  const files = [
    { name: 'a/plugin.toml', body: 'not this' },
    { name: 'b', body: 'x' },
  ];
  expect(await read(tarGz(files), (path) => path === 'plugin.toml')).toEqual({ entries: ['file a/plugin.toml 644 8', 'file b 644 1'], texts: {} });
});

test('a text that is too large is left out, and its size is told', async () => {
  const files = [{ name: 'README.md', body: Buffer.alloc((1 << 20) + 1, 'a very long line of text, all of it') }];
  const limits = { entries: 10, bytes: 4 << 20, ratio: 10_000, depth: 9 };
  const file = join(root, 'large.tgz');
  writeFileSync(file, tarGz(files));
  const { entries, texts } = await archiveContents(file, () => true, { limits });
  expect([entries[0]?.size, texts.size]).toEqual([(1 << 20) + 1, 0]);
});

test.each<[string, Buffer, string]>([
  ['no archive', Buffer.from('#!/bin/sh\n'), 'x.tgz is not an archive'],
  ['a name that leaves', tarGz([{ name: '../x', body: '' }]), 'x.tgz is refused: "../x" leaves the archive by ..'],
  ['a link that leaves', tarGz([{ name: 'x', type: '2', link: '../y' }]), 'x.tgz is refused: the link "x" to "../y" leads out of the plugin'],
  ['a device', tarGz([{ name: 'x', type: '3' }]), 'x.tgz is refused: "x" is a character device; only files, directories and symbolic links are allowed'],
  ['a part', tarGz(FILES).subarray(0, -30), 'x.tgz cannot be unpacked: unexpected end of file'],
  ['nothing', tar([]), 'x.tgz is not an archive'],
])('refuses %s', async (_name, bytes, text) => {
  expect(await read(bytes)).toBe(text);
});
