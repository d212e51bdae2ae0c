import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { cacheFile } from '../../scripts/bundle.js';
import { PACKAGE } from '../support/sandbox.ts';

const DIST = join(PACKAGE, 'dist');
const PACKS = readdirSync(DIST).flatMap((name) => /^(\w+)\.pack\.js$/.exec(name)?.[1] ?? []);

/** The table of a pack, and whether this Node takes V8's cache of it. */
function read(pack: string): { isTaken: boolean; table: Record<string, unknown> } {
  const filename = join(DIST, `${pack}.pack.js`);
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData: readFileSync(cacheFile(DIST, pack)) });
  return { isTaken: script.cachedDataRejected === false, table: script.runInThisContext() };
}

test('each pack has a cache that this Node takes, and a file of the build is in one pack', () => {
  expect(PACKS).toContain('entry');
  const tables = PACKS.map((pack) => ({ pack, ...read(pack) }));
  expect(tables.filter(({ isTaken }) => !isTaken).map(({ pack }) => pack)).toEqual([]);
  const places = tables.flatMap(({ pack, table }) => Object.keys(table).flatMap((file) => (typeof table[file] === 'function' ? [{ file, pack }] : [])));
  expect(new Set(places.map(({ file }) => file)).size).toBe(places.length);
  // What the first one says of where they are is so.
  const said = Object.entries(read('entry').table).filter(([, place]) => typeof place === 'string');
  expect(said.sort()).toEqual(
    places
      .filter(({ pack }) => pack !== 'entry')
      .map(({ file, pack }) => [file, pack])
      .sort(),
  );
});

test('what is read for a plan, and for every command, is small', () => {
  expect(Object.keys(read('commands').table)).toEqual(expect.arrayContaining(['commands/run-command.cjs']));
  const sizeOf = (pack: string) => readFileSync(join(DIST, `${pack}.pack.js`)).length;
  expect(sizeOf('entry')).toBeLessThan(70_000);
  expect(sizeOf('commands')).toBeLessThan(150_000);
  expect(sizeOf('list')).toBeLessThan(50_000);
});

test('a pack is what its files are, and all ASCII: what is no ASCII is escaped', () => {
  for (const pack of PACKS) {
    const code = readFileSync(join(DIST, `${pack}.pack.js`));
    expect(code.every((byte) => byte < 128)).toBe(true);
    // There it would stay an escape.
    expect(code.toString()).not.toMatch(/String\.raw`[^`]*\\u[0-9a-f]{4}/);
  }
});

test('without the caches, with damaged ones and with those of another Node the files are loaded one by one, and do the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tool-packs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(DIST, folder, { recursive: true });
  const answer = () => execFileSync(process.execPath, [join(folder, 'main.cjs'), 'version', 'tool'], { encoding: 'utf8' });
  const told = answer();
  expect(told).toMatch(/^tool version \d/);
  const cache = readFileSync(cacheFile(folder, 'entry'));
  for (const damaged of [Buffer.alloc(0), cache.subarray(0, 100), Buffer.from(cache).fill(7, 4, 8)]) {
    writeFileSync(cacheFile(folder, 'entry'), damaged);
    expect(answer()).toBe(told);
  }
  for (const pack of PACKS) rmSync(cacheFile(folder, pack));
  expect(answer()).toBe(told);
  // What no cache is for is not read either.
  for (const pack of PACKS) rmSync(join(folder, `${pack}.pack.js`));
  expect(answer()).toBe(told);
});
