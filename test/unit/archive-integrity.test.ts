import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unpackArchive } from '../../src/sources/archive/unpack.ts';
import { pax, type RawEntry, tar, zip } from '../support/archives.ts';
import { testNeeding } from '../support/needs.ts';

const LIMITS = { entries: 1000, bytes: 50_000_000, ratio: 1000, depth: 100 };
const NOISE = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * index * 31) % 251));
const ENTRIES: RawEntry[] = [
  { name: 'p/plugin.toml', body: '[plugin]\n' },
  { name: 'p/noise', body: NOISE },
];

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tool-test-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let trees = 0;
/** Unpacks bytes under a name. @returns the tree, or what was said */
async function unpacked(ending: string, bytes: Buffer): Promise<{ tree: string; said?: string }> {
  const tree = join(scratch, `tree-${trees++}`);
  const file = join(scratch, `p.${ending}`);
  writeFileSync(file, bytes);
  try {
    await unpackArchive(file, `p.${ending}`, tree, LIMITS);
    return { tree };
  } catch (error) {
    return { tree, said: (error as Error).message };
  }
}

const NEEDED: Record<string, string> = { 'tar.xz': 'xz', 'tar.zst': 'zstd', 'tar.bz2': 'bzip2' };
const PACKED = {
  'tar.gz': (bytes: Buffer) => gzipSync(bytes),
  'tar.xz': (bytes: Buffer) => execFileSync('xz', ['-c'], { input: bytes }),
  'tar.zst': (bytes: Buffer) => execFileSync('zstd', ['-cq'], { input: bytes }),
  'tar.bz2': (bytes: Buffer) => execFileSync('bzip2', ['-c'], { input: bytes }),
  tar: (bytes: Buffer) => bytes,
  zip: () => zip(ENTRIES),
} as const;

describe.each(Object.entries(PACKED))('%s', (ending, pack) => {
  const whole = (): Buffer => pack(tar(ENTRIES));
  const testPacked = testNeeding(...[NEEDED[ending] ?? []].flat());

  testPacked('is unpacked', async () => {
    const { tree, said } = await unpacked(ending, whole());
    expect(said).toBeUndefined();
    expect(readFileSync(join(tree, 'noise')).equals(NOISE)).toBe(true);
  });

  testPacked('is refused without its last bytes', async () => {
    for (const missing of [1, 2, 3, 4, 8, 9, 12, 20, 30, 600]) {
      // A tar's end is a thousand zeros, of which half may be missing.
      const cut = ending === 'tar' ? missing + 1024 : missing;
      expect((await unpacked(ending, whole().subarray(0, -cut))).said).toMatch(/^p\.[a-z0-9.]+ cannot be unpacked: ./);
    }
  });

  testPacked('is refused with anything behind its end', async () => {
    for (const more of [Buffer.from('and something else'), Buffer.from('x'), Buffer.alloc(5000, 'x')]) {
      expect((await unpacked(ending, Buffer.concat([whole(), more]))).said).toMatch(/^p\.[a-z0-9.]+ cannot be unpacked: ./);
    }
  });

  testPacked('is refused with a byte changed', async () => {
    const middle = Buffer.from(whole());
    const at = ending === 'tar' ? 300 : Math.floor(middle.length / 2);
    middle[at] = (middle[at] as number) ^ 0x55;
    expect((await unpacked(ending, middle)).said).toMatch(/^p\.[a-z0-9.]+ cannot be unpacked: ./);
  });
});

test('what stands behind the tar in what was packed is refused, and a second tar is read', async () => {
  const second = tar([{ name: 'p/second', body: 'here' }]);
  expect((await unpacked('tgz', gzipSync(Buffer.concat([tar(ENTRIES), Buffer.alloc(512, 'x')])))).said).toMatch(/cannot be unpacked: Invalid tar header/);
  const { tree, said } = await unpacked('tgz', gzipSync(Buffer.concat([tar(ENTRIES), second])));
  expect(said).toBeUndefined();
  expect(readFileSync(join(tree, 'second'), 'utf8')).toBe('here');
});

test('zeros that fill the last block of a tape are no garbage', async () => {
  expect((await unpacked('tgz', Buffer.concat([gzipSync(tar(ENTRIES)), Buffer.alloc(700)]))).said).toBeUndefined();
  expect((await unpacked('tar', Buffer.concat([tar(ENTRIES), Buffer.alloc(8 * 512)]))).said).toBeUndefined();
});

testNeeding('xz')('a corrupt index of xz and a wrong check sum of zip are seen', async () => {
  const xz = Buffer.from(PACKED['tar.xz'](tar(ENTRIES)));
  xz[xz.length - 20] = (xz[xz.length - 20] as number) ^ 0xff;
  expect((await unpacked('tar.xz', xz)).said).toMatch(/^p\.tar\.xz cannot be unpacked: xz says: /);
  const zipped = zip(ENTRIES);
  const directory = zipped.indexOf('PK\x01\x02', 'latin1');
  zipped.writeUInt32LE(0x12345678, directory + 16);
  expect((await unpacked('zip', zipped)).said).toBe('p.zip cannot be unpacked: the contents of "p/plugin.toml" are not what its check sum says');
});

describe('sparse files and members of other kinds are refused', () => {
  test.each(['gnu', 'posix'])('as GNU tar writes them with --format=%s', async (format) => {
    const folder = join(scratch, `sparse-${format}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'holes'), 'x');
    truncateSync(join(folder, 'holes'), 1 << 20);
    for (const version of format === 'posix' ? ['0.0', '0.1', '1.0'] : ['1.0']) {
      const bytes = execFileSync('tar', ['-c', '-S', `--format=${format}`, `--sparse-version=${version}`, '-C', folder, '.']);
      expect((await unpacked('tar', bytes)).said).toMatch(/^p\.tar is refused: "\.\/.*holes" is a sparse file/);
    }
  });

  test.each(['S', 'D', 'M', 'V', 'A', 'X', '7', '9', '1'])('type %s', async (type) => {
    expect((await unpacked('tgz', gzipSync(tar([...ENTRIES, { name: 'p/odd', type, link: 'p/noise' }])))).said).toMatch(
      /^p\.tgz is refused: "p\/odd" is a .*; only files, directories and symbolic links are allowed$/,
    );
  });

  test('by its PAX header alone', async () => {
    const said = (await unpacked('tgz', gzipSync(tar([pax({ 'GNU.sparse.major': '1' }), ...ENTRIES])))).said;
    expect(said).toBe('p.tgz is refused: "p/plugin.toml" is a sparse file; only files, directories and symbolic links are allowed');
  });
});

test('what macOS puts beside the one folder is left out, and inside of it nothing is', async () => {
  const beside: RawEntry[] = [
    { name: '._p', body: 'x' },
    { name: '.DS_Store', body: 'x' },
    { name: '__MACOSX/p/._noise', body: 'x' },
    { name: '__MACOSX/l', type: '2', link: '..' },
  ];
  for (const bytes of [zip([...beside, ...ENTRIES]), gzipSync(tar([...ENTRIES, ...beside]))]) {
    const { tree, said } = await unpacked(bytes[0] === 0x50 ? 'zip' : 'tgz', bytes);
    expect(said).toBeUndefined();
    expect(statSync(join(tree, 'plugin.toml')).isFile()).toBe(true);
    expect(['._p', '.DS_Store', '__MACOSX'].map((name) => existsSync(join(tree, name)))).toEqual([false, false, false]);
  }
});
