import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeIndexFile } from '../../src/publishing/index-file.ts';
import { planPages, writePages } from '../../src/publishing/page-directory.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tool-pages-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const FILES = new Map([
  ['index.html', 'list'],
  ['p/ship/index.html', 'ship'],
]);
const plan = (output: string, { isForced = false, kept = [] as string[], files = FILES as ReadonlyMap<string, string> } = {}) =>
  planPages({ output: join(root, output), files, kept: kept.map((path) => join(root, path)), isForced });
const write = (...words: Parameters<typeof plan>): string => {
  const planned = plan(...words);
  writePages(planned);
  return planned.state;
};

test('a directory is new, unchanged, or replaced as a whole', () => {
  mkdirSync(join(root, 'empty'));
  expect([write('site'), write('site'), write('empty'), write('empty')]).toEqual(['new', 'unchanged', 'new', 'unchanged']);
  writeFileSync(join(root, 'site/index.html'), 'edited');
  expect([write('site'), readFileSync(join(root, 'site/index.html'), 'utf8')]).toEqual(['replaced', 'list']);
  rmSync(join(root, 'site/p/ship/index.html'));
  expect(write('site')).toBe('replaced');
  expect([write('site', { files: new Map([['404.html', 'x']]) }), readdirSync(join(root, 'site')).sort()]).toEqual([
    'replaced',
    ['.repository-page', '404.html'],
  ]);
  expect(readdirSync(root).sort()).toEqual(['empty', 'site']);
});

test('where it cannot be written, that is told', () => {
  writeFileSync(join(root, 'file'), '');
  const planned = { ...plan('site'), directory: join(root, 'file/site') };
  expect(() => writePages(planned)).toThrow(`Cannot write the catalogue: ${root}/file/site (`);
  expect(() => writeIndexFile(join(root, 'file/index.yaml'), '')).toThrow(`Cannot write the index: ${root}/file/index.yaml (`);
});

test('a link to a directory stays one, and what it leads to is replaced', () => {
  write('site');
  symlinkSync('site', join(root, 'link'));
  expect(plan('link')).toMatchObject({ directory: join(root, 'site'), state: 'unchanged' });
});

test('what the command did not write is not replaced unless it is forced: a directory, or one file in its own', () => {
  mkdirSync(join(root, 'other/deep'), { recursive: true });
  writeFileSync(join(root, 'other/deep/precious'), 'x');
  writeFileSync(join(root, 'file'), 'x');
  symlinkSync('nowhere', join(root, 'dangling'));
  expect(() => plan('other')).toThrow(`${root}/other was not made by repository:page`);
  for (const path of ['p/ship/added', 'link']) {
    write('site', { isForced: true });
    if (path === 'link') symlinkSync('../other', join(root, 'site/link'));
    else writeFileSync(join(root, 'site', path), 'x');
    expect(() => plan('site')).toThrow(`${root}/site/${path} was not made by repository:page`);
  }
  expect(write('site', { isForced: true })).toBe('replaced');
  expect(readFileSync(join(root, 'other/deep/precious'), 'utf8')).toBe('x');
  for (const path of ['file', 'dangling']) expect(() => plan(path, { isForced: true })).toThrow('is not a directory');
});

test('what the pages are made from, and where the command stands, are never replaced', () => {
  for (const [output, kept] of [
    ['dist', 'dist'],
    ['.', 'dist/index.yaml'],
    ['dist', 'dist/index.yaml'],
  ] as const) {
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(join(root, 'dist/index.yaml'), '');
    expect(() => plan(output, { isForced: true, kept: [kept] })).toThrow('cannot be replaced');
  }
  for (const output of ['/', process.cwd(), `${process.cwd()}/..`])
    expect(() => planPages({ output, files: FILES, kept: [], isForced: true })).toThrow('cannot be replaced');
  symlinkSync('dist', join(root, 'alias'));
  expect(() => plan('alias', { isForced: true, kept: ['dist/index.yaml'] })).toThrow('cannot be replaced');
  expect(write('distant', { kept: ['dist'] })).toBe('new');
});
