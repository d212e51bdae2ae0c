import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifest } from '../../src/plugins/manifest.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-manifest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `[plugin.dependencies]` with one line is read as. */
function read(line: string) {
  writeFileSync(join(folder, 'plugin.toml'), `[plugin]\nversion = "1"\n[plugin.dependencies]\n${line}\n`);
  const { dependencies, ignored } = readManifest(folder).manifest ?? {};
  return { dependencies, ignored: ignored?.length };
}

describe('a dependency', () => {
  for (const [line, dependency] of [
    ['base = "^1"', { name: 'base', range: '^1' }],
    ['base = { git = "https://example.org/b.git" }', { name: 'base', range: '*', source: 'https://example.org/b.git' }],
    ['base = { oci = "oci://host/base", version = "^1" }', { name: 'base', range: '^1', source: 'oci://host/base' }],
    ['"acme/base" = "^1"', { name: 'base', range: '^1', source: 'acme/base', isNamed: true }],
    ['"acme/base" = "latest"', { name: 'base', range: '*', source: 'acme/base', isNamed: true }],
    ['b = { catalogue = "acme/base", version = "1.2.0" }', { name: 'b', range: '1.2.0', source: 'acme/base', isNamed: true }],
    ['b = { catalogue = "acme/base", type = "source" }', { name: 'b', range: '*', source: 'acme/base', isNamed: true, type: 'source' }],
    // Only a repository has versions that are called so, and types.
    ['b = { path = "../b", version = "latest", type = "source" }', { name: 'b', range: 'latest', source: '../b' }],
  ] as const) {
    test(line, () => expect(read(line)).toEqual({ dependencies: [dependency], ignored: 0 }));
  }

  for (const [line, ignored] of [
    ['"acme/../base" = "^1"', 0],
    ['"acme/.." = "^1"', 0],
    ['"acme/base" = { version = "^1" }', 1],
    ['b = 7', 1],
  ] as const) {
    test(`${line} is none`, () => expect(read(line)).toEqual({ dependencies: [], ignored }));
  }
});
