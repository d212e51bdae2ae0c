import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALLOWED, noticeOf, noticesOf, packagesOf } from '../../scripts/notices.js';
import { PACKAGE } from '../support/sandbox.ts';

const NOTICE = readFileSync(join(PACKAGE, 'dist/THIRD-PARTY.txt'), 'utf8');
const built: { modules: string[] }[] = JSON.parse(readFileSync(join(PACKAGE, 'dist/contents.json'), 'utf8'));
const modules = built.flatMap(({ modules }) => modules);

/** What package.json of a bundled package says, found without scripts/notices.js. */
const bundled = [...new Set(modules.flatMap((module) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []))]
  // Of the files that are bundled by themselves, what is in no other.
  .concat('node_modules/rolldown', 'node_modules/@bjorn3/browser_wasi_shim')
  .map((directory): { name: string; version: string; license: string } => JSON.parse(readFileSync(join(PACKAGE, directory, 'package.json'), 'utf8')));

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tool-notices-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** A package that is not there, as noticeOf finds one. */
function packageWith(license: string | undefined, files: Record<string, string>): string {
  const directory = mkdtempSync(join(scratch, 'p-'));
  mkdirSync(join(directory, 'docs'));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'some', version: '1.0.0', license }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

test('the notice has a section for each package in the bundle, and for nothing else', () => {
  const sections = [...NOTICE.matchAll(/^-{80}\n(\S+) (\S+) \(([^)]+)\)\nhttps?:\/\//gm)].map(([, name, version, license]) => ({ name, version, license }));
  expect(bundled.length).toBeGreaterThan(10);
  const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }): number => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
  expect(sections.sort(byName)).toEqual(bundled.map(({ name, version, license }) => ({ name, version, license })).sort(byName));
});

test('what stands beside the bundle is named, with its licence', () => {
  expect(NOTICE).toMatch(/^Beside them stands the package openpgp \d+\.\d+\.\d+ \(LGPL-3\.0-or-later, /m);
});

test('each section has the text of an allowed licence with its copyright line', () => {
  const sections = NOTICE.split(/^-{80}\n(?=\S+ \S+ \()/m).slice(1);
  // The Unlicense gives up the copyright.
  const owned = sections.filter((text) => !/^\S+ \S+ \(Unlicense/.test(text));
  expect(owned.filter((text) => !/^ *copyright (\(c\)|\d{4}|\[yyyy\]|\{yyyy\}|\w+ \w+ <)/im.test(text)).map((text) => text.split('\n')[0])).toEqual([]);
  expect(sections.filter((text) => text.length < 700)).toEqual([]);
  expect(bundled.filter(({ license }) => !ALLOWED.includes(license))).toEqual([]);
});

test('packages are told by their modules, whatever folder they are in', () => {
  expect(
    packagesOf(['src/main.ts', '\0nothing', 'node_modules/b/x.js', 'node_modules/@a/b/lib/y.js', 'node_modules/b/z.js', 'node_modules/b/node_modules/c/i.js']),
  ).toEqual(['node_modules/@a/b', 'node_modules/b', 'node_modules/b/node_modules/c']);
  expect(noticesOf(['src/main.ts'])).not.toContain('---');
});

test.each([
  ['GPL-3.0', { LICENSE: 'Copyright (c) 2020 Ada' }],
  [undefined, { LICENSE: 'Copyright (c) 2020 Ada' }],
  ['(MIT OR GPL-3.0)', { LICENSE: 'Copyright (c) 2020 Ada' }],
])('a package under %s is not bundled', (license, files) => {
  expect(() => noticeOf(packageWith(license, files))).toThrow('look whether it may be bundled');
});

test('a package without the text of its licence is not bundled, and one with a notice has that told as well', () => {
  expect(() => noticeOf(packageWith('MIT', {}))).toThrow('has no text of it with a copyright line');
  expect(() => noticeOf(packageWith('MIT', { LICENSE: 'MIT' }))).toThrow('has no text of it with a copyright line');
  expect(noticeOf(packageWith('Apache-2.0', { 'LICENSE.txt': 'Copyright 2020 Ada\r\n', NOTICE: 'made by Ada' })).text).toBe(
    'Copyright 2020 Ada\n\nmade by Ada',
  );
});
