import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExternalVersion } from '../../src/addons/external.ts';
import { gatherOffers } from '../../src/addons/gather-offers.ts';
import { readCopy } from '../../src/addons/registry-copy.ts';
import type { Layout } from '../../src/home/layout.ts';

let root: string;
let layout: Layout;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tool-test-'));
  layout = { home: join(root, 'home'), pluginPath: join(root, 'home/plugins'), brand: 'tool' } as Layout;
  file = join(root, 'mirror/external/addon-registry.json');
  mkdirSync(dirname(file), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const entry = (version: string, range: string | undefined, also: object = {}): object => ({
  version,
  ...(range === undefined ? {} : { kurlVersionCompatibilityRange: range }),
  origin: `https://addons.example.org/a-${version}.tar.gz`,
  sha256Sum: 'ab'.repeat(32),
  ...also,
});

/** Writes the registry as it was a minute ago: what was changed just now is read each time. */
function write(registry: object, minutes = 1): void {
  writeFileSync(file, JSON.stringify(registry));
  const then = new Date(Date.now() - minutes * 60_000);
  utimesSync(file, then, then);
}

const REGISTRY = {
  'cert-manager': [entry('1.10.0', '>= v2022.10.05-0', { size: 12 }), entry('1.9.0', '*', { key: 'external/own name.tar.gz'.replace(' ', '-') })],
  kotsadm: [entry('1.87.0', '>= v2023.01.01-0'), entry('1.86.0', undefined), entry('1.85.0', '*', { isPrerelease: true }), entry('1.84.0-rc.1', '*')],
};

const copies = (): string[] => {
  try {
    return readdirSync(join(layout.pluginPath, 'repositories/.addons'));
  } catch {
    return [];
  }
};

async function offers(bucketUrl?: string, isLasting = false): Promise<object> {
  const warned: string[] = [];
  const places = { registry: join(root, 'mirror'), bucketUrl, hostVersion: 'v2022.11.01-0', order: 'version', isLasting } as const;
  const all = await gatherOffers(
    places,
    layout,
    (line) => warned.push(line),
    async () => ({}),
  );
  const told = [...all].map(([addon, list]) => [
    addon,
    [...list].map(({ version, from, url, sha256, size, unsuited }) => ({ version, from, url, sha256, size, unsuited })),
  ]);
  return { warned, ...Object.fromEntries(told) };
}

test('a registry that has not changed is not read anew, and says the same', async () => {
  write(REGISTRY);
  const first = await offers();
  expect(copies()).toHaveLength(1);
  expect(readCopy(layout, file, `file://${join(root, 'mirror')}`)?.size).toBe(2);
  expect(await offers()).toEqual(first);
  expect(await offers(undefined, true)).toEqual(first);
  expect(first).toMatchObject({
    'cert-manager': [
      { version: '1.10.0', size: 12, unsuited: undefined },
      { version: '1.9.0', url: expect.stringMatching(/\/external\/own-name\.tar\.gz$/) },
    ],
    kotsadm: [
      { version: '1.87.0', unsuited: 'requires kURL >= v2023.01.01-0, and this is v2022.11.01-0' },
      { version: '1.86.0', unsuited: 'states no range of versions of kURL, and is offered to none' },
      { version: '1.85.0', unsuited: 'is a prerelease' },
      { version: '1.84.0-rc.1', unsuited: undefined },
    ],
  });
});

test('each version of many has its own line', async () => {
  const versions = Array.from({ length: 1500 }, (_, patch) => `1.0.${1499 - patch}`);
  const long = (name: string): object[] =>
    versions.map((version, at) =>
      entry(version, `>= v20${20 + (at % 3)}.01.01-0`, { key: `external/${name}-${'x'.repeat(at % 90)}-${version}.tar.gz`, size: at }),
    );
  write({ one: long('one'), two: long('two') });
  const first = await offers();
  expect(first).toMatchObject({ two: Array.from({ length: 1500 }, (_, size) => expect.objectContaining({ version: versions[size], size })) });
  expect(await offers()).toEqual(first);
  expect(await offers(undefined, true)).toEqual(first);
});

test('one that has changed, or whose packages are elsewhere, is', async () => {
  write(REGISTRY);
  await offers();
  const size = statSync(file).size;
  write({ ...REGISTRY, kotsadm: [entry('1.88.0', '>= v2023.01.01-0'), ...REGISTRY.kotsadm.slice(1)] }, 2);
  expect(statSync(file).size).toBe(size);
  expect(await offers()).toMatchObject({ kotsadm: [{ version: '1.88.0' }, {}, {}, {}] });
  expect(await offers('https://s3.example.org')).toMatchObject({ kotsadm: [{ url: 'https://s3.example.org/external/a-1.88.0.tar.gz' }, {}, {}, {}] });
});

test('what is wrong with a registry is told each time, and one that was changed just now is not kept', async () => {
  write({ kotsadm: [entry('1.87.0', 'soon'), entry('1.86.0', '*')] });
  for (const _ of [1, 2]) expect(await offers()).toMatchObject({ warned: [expect.stringContaining('soon')], kotsadm: [{ version: '1.86.0' }] });
  write(REGISTRY, 0);
  await offers();
  expect(copies()).toEqual([]);
});

test.each([
  ['nothing', () => ''],
  ['other words', () => '{"format":"2"}\n'],
  ['what an earlier tool wrote', (text: string) => text.replace('"format":"2"', '"format":"1"')],
  ['one byte more', (text: string) => `${text}x`],
  ['a quarter of it', (text: string) => text.slice(0, text.length / 4)],
  ['most of it', (text: string) => text.slice(0, -150)],
  ['all but the last address', (text: string) => text.slice(0, text.lastIndexOf(' '))],
])('a copy that holds %s is as good as none', async (_, damaged) => {
  write(REGISTRY);
  const first = await offers();
  const copy = join(layout.pluginPath, 'repositories/.addons', copies()[0] ?? '');
  writeFileSync(copy, damaged(readFileSync(copy, 'utf8')));
  expect(await offers()).toEqual(first);
});

test('a version is found by its name as by going through all of them', async () => {
  write(REGISTRY);
  await offers();
  const copy = readCopy(layout, file, `file://${join(root, 'mirror')}`);
  expect(copy?.size).toBe(2);
  const told = ({ version, url, sha256, size, range, prerelease }: ExternalVersion) => ({ version, url, sha256, size, range, prerelease });
  for (const { versions } of copy?.values() ?? []) {
    for (const one of versions) expect(told(versions.named?.(one.version) as ExternalVersion)).toEqual(told(one));
    for (const none of ['', '1.8', '85.0', '1.84.0-rc', '1.10.0 1.9.0', '1.87.0 1.86.0', ' '])
      expect([none, versions.named?.(none)]).toEqual([none, undefined]);
  }
});
