import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { cacheFile } from '../../scripts/bundle.js';
import { PACKAGE } from '../support/sandbox.ts';

interface Built {
  readonly file: string;
  readonly bytes: number;
  readonly needs: readonly string[];
  readonly modules: readonly string[];
}

const built: readonly Built[] = JSON.parse(readFileSync(join(PACKAGE, 'dist/contents.json'), 'utf8'));

/** A file and every file that it needs before anything is asked of it. */
function loadedWith(root: string): readonly Built[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const file = built.find(({ file }) => file === name);
    if (!file || seen.has(name)) return;
    seen.add(name);
    file.needs.forEach(visit);
  };
  visit(root);
  return built.filter(({ file }) => seen.has(file));
}

test('what every Node-routed command loads is small and holds no heavy library', () => {
  const files = loadedWith('entry.cjs');
  const modules = files.flatMap(({ modules }) => modules);
  expect(modules).toContain('src/dispatch/resolve.ts');
  expect(modules.filter((module) => /node_modules\/(?!fastest-levenshtein)/.test(module))).toEqual([]);
  expect(modules.filter((module) => module.startsWith('src/commands/'))).toEqual([]);
  expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(50_000);
});

test('an index is made without what asks programs, or reads JSON schemas, until there are any', () => {
  const modules = loadedWith('commands/repository/index.cjs').flatMap(({ modules }) => modules);
  expect(modules).toContain('src/publishing/build-index.ts');
  expect(modules.filter((module) => /ajv|js-yaml|tar-stream|yauzl|ask-program|runtimes\/grpc|page\/|lint\//.test(module))).toEqual([]);
});

test('scripts are asked for help before what reads plugins’ files is loaded', () => {
  const modules = loadedWith('commands/help/help.cjs').flatMap(({ modules }) => modules);
  expect(modules).toContain('src/help/ask-scripts.ts');
  expect(modules.filter((module) => /node_modules\/(?!fastest-levenshtein)|arguments\/|specs|read-command|overview/.test(module))).toEqual([]);
});

test('a module is in one file of the build, so that its state exists once', () => {
  const homes = new Map<string, string[]>();
  for (const { file, modules } of built) for (const module of modules) homes.set(module, [...(homes.get(module) ?? []), file]);
  expect(homes.has('src/commands/plugin/list.ts')).toBe(true);
  expect([...homes].filter(([, files]) => files.length > 1)).toEqual([]);
});

test('what ships does not die where a test would have it', () => {
  const built = readdirSync(join(PACKAGE, 'dist'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(built.length).toBeGreaterThan(50);
  expect(built.filter(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').includes('TOOL_TEST_KILL_AT'))).toEqual([]);
});

test('what is built is what is listed: no file of another origin holds a second copy', () => {
  const files = readdirSync(join(PACKAGE, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cjs'));
  expect(files.sort()).toEqual(
    [...built.map(({ file }) => file), 'args.cjs', 'main.cjs', 'shell-provider.cjs', 'source-provider.cjs', 'wasm.cjs', 'wasm-http.cjs'].sort(),
  );
});

test('what answers `args` at once is one small file, which loads the main bundle for the rest', () => {
  const text = readFileSync(join(PACKAGE, 'dist/args.js'), 'utf8');
  expect([...text.matchAll(/require\(["'`]([^"'`]*)["'`]\)/g)].map(([, module]) => module).sort()).toEqual([
    './main.cjs',
    'node:buffer',
    'node:fs',
    'node:path',
  ]);
  expect(text.length).toBeLessThan(67_000);
});

test('it is run from the cache that the build made of it, and as well without one, or with one that this Node refuses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tool-args-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'ship'), '#!/bin/sh\n#USAGE arg "<app>"\n');
  for (const name of ['args.cjs', 'args.js']) copyFileSync(join(PACKAGE, 'dist', name), join(folder, name));
  const answer = () => execFileSync(process.execPath, [join(folder, 'args.cjs'), 'args', join(folder, 'ship'), 'web'], { encoding: 'utf8' });
  const cache = readFileSync(cacheFile(join(PACKAGE, 'dist'), 'args'));
  const told = answer();
  expect(told).toContain("usage_app='web'");
  writeFileSync(cacheFile(folder, 'args'), cache);
  expect(answer()).toBe(told);
  cache.writeUInt32LE(cache.readUInt32LE(4) ^ 1, 4);
  writeFileSync(cacheFile(folder, 'args'), cache);
  expect(answer()).toBe(told);
});

test.each(['args', 'wasm'])('this Node takes the cache of dist/%s.js', (name) => {
  const { cachedDataRejected } = new Script(readFileSync(join(PACKAGE, `dist/${name}.js`), 'latin1'), {
    cachedData: readFileSync(cacheFile(join(PACKAGE, 'dist'), name)),
  });
  expect(cachedDataRejected).toBe(false);
});
