import { describe, expect, test } from 'vitest';
import { ArchivePolicy, type ClaimedEntry } from '../../src/sources/archive/policy.ts';

const LIMITS = { entries: 20, bytes: 4_000_000, ratio: 10, depth: 4 };
const policy = (packedBytes = 1000): ArchivePolicy => new ArchivePolicy('x.tgz', packedBytes, LIMITS);
const entry = (name: string, kind: ClaimedEntry['kind'] = 'file', mode = 0o644): ClaimedEntry => ({ name, kind, kindName: kind ?? 'fifo', mode });

/** What is said of the last of some entries; undefined where all are taken. */
function said(...entries: ClaimedEntry[]): string | undefined {
  const held = policy();
  try {
    for (const claimed of entries) held.admit(claimed);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace('x.tgz is refused: ', '');
  }
}

test.each<[string, string | undefined]>([
  ['a/b/c/d/e', undefined],
  ['a/b/c/d/e/f', '"a/b/c/d/e/f" is more than 4 names deep'],
  ['./a//b/', undefined],
  ['a/../b', '"a/../b" leaves the archive by ..'],
  ['/a', '"/a" is an absolute path'],
  ['C:/a', '"C:/a" is an absolute path'],
  ['a\\b', '"a\\\\b" holds a backslash'],
  ['a\nb', '"a\\nb" holds a control character'],
  ['a\u007f', '"a\u007f" holds a control character'],
  ['a\0b', '"a\\u0000b" holds a NUL character'],
  ['a\uFFFD', '"a\uFFFD" is not UTF-8'],
  ['', 'an entry has no name'],
  ['x'.repeat(256), `"${'x'.repeat(79)}… is too long a name`],
  [`${'x'.repeat(250)}/`.repeat(6), `"${'x'.repeat(60)}…" is more than 4 names deep`],
  [`${'é'.repeat(120)}/`.repeat(4), undefined],
])('the name %j', (name, expected) => {
  expect(said(entry(name, name.endsWith('/') ? 'directory' : 'file'))).toBe(expected);
});

test.each<[string, ClaimedEntry[], string | undefined]>([
  ['twice', [entry('a'), entry('a')], '"a" is there twice'],
  ['a folder twice', [entry('a', 'directory'), entry('a', 'directory')], undefined],
  ['a folder behind what is in it', [entry('a/b'), entry('a', 'directory')], undefined],
  ['a file behind what is in it', [entry('a/b'), entry('a')], '"a" is there twice'],
  ['below a file', [entry('a'), entry('a/b/c')], '"a/b/c" is below "a", which is a file'],
  ['below a link', [entry('a', 'link'), entry('a/b')], '"a/b" is below "a", which is a link'],
  ['by case', [entry('Dir/a'), entry('dir/b')], '"dir/b" and "Dir" are the same name where case or composition do not count'],
  ['by case above', [entry('A/x/y'), entry('a/x/z')], '"a/x/z" and "A/x" are the same name where case or composition do not count'],
  ['by composition', [entry('\u00e9'), entry('e\u0301')], '"e\u0301" and "\u00e9" are the same name where case or composition do not count'],
  [
    'neither file nor folder nor link',
    [{ ...entry('a'), kind: undefined, kindName: 'fifo' }],
    '"a" is a fifo; only files, directories and symbolic links are allowed',
  ],
  ['a file that ends like a folder', [entry('a/', 'file')], '"a/" is a file with a directory\'s name'],
  ['too many', Array.from({ length: 21 }, (_, index) => entry(`${index}`)), 'it has more than 20 entries'],
])('entries: %s', (_name, entries, expected) => expect(said(...entries)).toBe(expected));

test.each<[number, number]>([
  [0o755, 0o755],
  [0o644, 0o644],
  [0o600, 0o644],
  [0o700, 0o755],
  [0o6777, 0o755],
  [0o666, 0o644],
  [0, 0o644],
])('a file of mode %i gets the mode that git would give it', (given, mode) => expect(policy().admit(entry('a', 'file', given))?.mode).toBe(mode));

describe('links are judged where the tree will stand', () => {
  const judged = (names: ClaimedEntry[], path: string, target: string): string | undefined => {
    const held = policy();
    try {
      for (const claimed of [...names, entry(path, 'link')]) held.admit(claimed);
      held.checkLink(path, target);
      return undefined;
    } catch (error) {
      return (error as Error).message.replace(/^.* to ".*" /, '');
    }
  };
  const flat = [entry('plugin.toml'), entry('p/x')];
  const folder = [entry('p/plugin.toml'), entry('p/sub/x')];
  test.each<[string, ClaimedEntry[], string, string, string | undefined]>([
    ['beside the file', folder, 'p/l', 'plugin.toml', undefined],
    ['up to the top', folder, 'p/sub/l', '..', undefined],
    ['up and down again', folder, 'p/sub/l', '../sub/x', undefined],
    ['out of the folder that is taken off', folder, 'p/l', '..', 'leads out of the plugin'],
    ['out and into the folder again', folder, 'p/l', '../p/plugin.toml', 'leads out of the plugin'],
    ['out to a name beside it', folder, 'p/l', '../other/x', 'leads out of the plugin'],
    ['out by a detour', folder, 'p/sub/l', 'x/../../../p', 'leads out of the plugin'],
    ['up where nothing is taken off', flat, 'p/l', '../plugin.toml', undefined],
    ['out where nothing is taken off', flat, 'p/l', '../..', 'leads out of the plugin'],
    ['what macOS puts beside the folder', [...folder, entry('._p'), entry('__MACOSX/p/._x'), entry('.DS_Store')], 'p/l', '..', 'leads out of the plugin'],
    ['through another link', [...folder, entry('p/m', 'link')], 'p/l', 'm/x', 'leads through another link'],
    ['absolute', folder, 'p/l', '/etc', 'is absolute'],
    ['nowhere', folder, 'p/l', '', 'has a target that is no path'],
  ])('%s', (_name, names, path, target, expected) => expect(judged(names, path, target)).toBe(expected));
});

test('bytes are counted as they come, against the sum and against the size of the archive', () => {
  const over = (packedBytes: number, ...counts: number[]): string | undefined => {
    const held = policy(packedBytes);
    try {
      for (const bytes of counts) held.count(bytes);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(over(1_000_000, 2_000_000, 2_000_000)).toBeUndefined();
  expect(over(1_000_000, 2_000_000, 2_000_001)).toBe('x.tgz is refused: it unpacks to more than 4000000 bytes');
  expect(over(1000, 1_000_000)).toBeUndefined();
  expect(over(1000, 1_100_000)).toBe('x.tgz is refused: it unpacks to more than 10 times its size');
});

test('a name that is deep costs no more than its length', () => {
  const held = new ArchivePolicy('x.tgz', 1, { ...LIMITS, entries: 50_000, depth: 2000 });
  for (let index = 0; index < 100; index++) held.admit(entry(`${'a/'.repeat(1000)}${index}`));
  expect(held.onlyFolder()).toBe('a');
});
