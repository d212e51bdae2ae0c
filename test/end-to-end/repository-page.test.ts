import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tarGz } from '../support/archives.ts';
import { Sandbox } from '../support/sandbox.ts';

let box: Sandbox;
beforeAll(() => {
  box = Sandbox.prepared();
  const archive = tarGz([
    { name: 'ship/plugin.toml', body: '[plugin]\n' },
    { name: 'ship/README.md', body: '# All about ship\n' },
  ]);
  const entry = (name: string, extension: string) =>
    `- {name: ${name}, kind: plugin, version: 1.0.0, description: d, urls: [{url: "https://example.org/v1/plugin_${name}_any_any${extension}", platform: {os: any, architecture: any}}]}\n`;
  box.file(
    'plugins-index.yaml',
    `entries:\n${entry('ship', '.tar.gz')}${entry('raw', '')}${entry('damaged', '.tar.gz')}${entry('absent', '.tar.gz')}- {name: faulty}\n`,
  );
  box.file('empty.yaml', 'entries: []\n');
  box.file('dist/v1/plugin_ship_any_any.tar.gz', archive);
  box.file('dist/v1/plugin_raw_any_any', '#!/bin/sh\n');
  box.file('dist/v1/plugin_damaged_any_any.tar.gz', archive.subarray(0, 80));
});
afterAll(() => box[Symbol.dispose]());

const run = async (...words: string[]): Promise<string> => {
  const { stdout, stderr, status } = await box.run(['repository:page', ...words]);
  return `${stdout}${stderr}${status === 0 ? '' : `(${status})\n`}`.replaceAll(box.root, 'BOX');
};
const at = (...path: string[]): string => join(box.root, ...path);
const FAULTY = ' !     ./plugins-index.yaml: entries[4] (faulty), line 6 is skipped: ';

test('a directory is written whole, again only if something changed, and then replaced', async () => {
  const dry = await run('--output', 'new/site', '--dry-run');
  expect(dry).toContain('would write BOX/new/site: 11 files for 4 plugins\n');
  expect(dry).toContain(FAULTY);
  expect(existsSync(at('new'))).toBe(false);

  const told = await run('--output', 'new/site', '--binaries-path', 'dist');
  expect(told).toContain('-----> BOX/new/site written: 11 files for 4 plugins\n');
  expect(told).toContain(' !     dist has no file of absent; its page is without README and commands\n');
  expect(told).toMatch(/ ! {5}plugin_damaged_any_any.tar.gz cannot be unpacked: .*; its page is without README and commands\n/);
  expect(readFileSync(at('new/site/p/ship/index.html'), 'utf8')).toContain('All about ship');
  expect(readdirSync(at('new'))).toEqual(['site']);
  for (const [path, mode] of [
    ['', 0o755],
    ['p/ship', 0o755],
    ['index.html', 0o644],
    ['p/ship/index.html', 0o644],
  ] as const) {
    expect([path, statSync(at('new/site', path)).mode & 0o777]).toEqual([path, mode]);
  }

  const { ino } = statSync(at('new/site'));
  expect(await run('--output', 'new/site', '--binaries-path', 'dist')).toContain('BOX/new/site is up to date: 11 files for 4 plugins\n');
  expect(statSync(at('new/site')).ino).toBe(ino);
  symlinkSync('new/site', at('link'));
  expect(await run('empty.yaml', '--output', 'link', '--title', 'None')).toBe('-----> BOX/new/site replaced: 7 files for 0 plugins\n');
  expect([readdirSync(at('new')), readdirSync(at('new/site')).includes('p')]).toEqual([['site'], false]);
  const { stdout } = await box.run(['repository:page', 'empty.yaml', '--output', 'link', '--title', 'None', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    output: at('new/site'),
    changed: false,
    state: 'unchanged',
    plugins: 0,
    releases: 0,
    files: 7,
    archives: 0,
    problems: [],
  });
});

test('what it did not write is replaced if --force says so', async () => {
  box.file('other/precious', 'x');
  expect(await run('empty.yaml', '--output', 'other')).toBe(
    ' !     BOX/other was not made by repository:page; give --output another directory, or use --force, which removes what is in it\n(1)\n',
  );
  expect(await run('empty.yaml', '--output', 'other', '--force')).toBe('-----> BOX/other replaced: 7 files for 0 plugins\n');
  expect(existsSync(at('other/precious'))).toBe(false);
  expect(await run('empty.yaml', '--output', box.home, '--force')).toMatch(/ is in use; give --output a directory of its own, like .\/site\n\(1\)\n$/);
});

test('what cannot be used is named, with what to do', async () => {
  expect(await run()).toBe(' !     --output is missing; give it the directory to write, like --output ./site\n(2)\n');
  expect(await run('none.yaml', '--output', 'x')).toBe(' !     none.yaml cannot be read (ENOENT); check the path\n(1)\n');
  expect(await run('--output', 'x', '--url', 'ftp://x')).toBe(' !     --url ftp://x is no http or https address; give the address of the index\n(2)\n');
  expect(await run('--output', 'x', '--name', 'a/b')).toMatch(/^ ! {5}"a\/b" cannot be the name of a repository; .*\n\(2\)\n$/);
  expect(await run('--output', 'x', '--binaries-path', 'none')).toMatch(/^ ! {5}none is not a directory; .*\n\(1\)\n$/);
  box.file('bytes.yaml', Buffer.from('entries: \xff', 'latin1'));
  expect(await run('bytes.yaml', '--output', 'x')).toBe(' !     bytes.yaml is not UTF-8 text, as an index is; check the address\n(1)\n');
  expect(existsSync(at('x'))).toBe(false);
});
