import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchParts } from '../../src/publishing/addons/fetch-parts.ts';
import { lintAddon } from '../../src/publishing/addons/lint-addon.ts';
import { readAddonManifest } from '../../src/publishing/addons/manifest.ts';
import { addonIn, withAddon } from '../../src/publishing/addons/open-addon.ts';
import { planPackage } from '../../src/publishing/addons/plan-package.ts';
import { definedFunctions, unsharedCalls } from '../../src/publishing/addons/script-functions.ts';
import { writeArchive } from '../../src/publishing/write-archive.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tool-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes an add-on with these files beside a script that is right. */
function addonWith(files: Readonly<Record<string, string>>, folder = 'hello/1.0.0') {
  for (const [path, text] of Object.entries({ 'install.sh': 'hello() { :; }\n', Manifest: '', ...files })) {
    const file = join(root, folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return addonIn(join(root, folder), {});
}

test.each([
  ['image web example.org/web:1.0', { kind: 'image', path: 'images/web.tar.gz', from: 'example.org/web:1.0' }],
  ['image web ./web.tar', { kind: 'image', path: 'images/web.tar.gz', from: './web.tar' }],
  ['asset kots.tar.gz https://example.org/kots.tar.gz', { kind: 'asset', path: 'assets/kots.tar.gz', from: 'https://example.org/kots.tar.gz' }],
  ['  asset  a   ./b  ', { kind: 'asset', path: 'assets/a', from: './b' }],
  ['apt openssl', { kind: 'packages', path: 'ubuntu-*', from: 'openssl' }],
  ['yum2023 openssl', { kind: 'packages', path: 'amazon-2023', from: 'openssl' }],
  ['dockerout shared Dockerfile 1.0', { kind: 'dockerout', path: 'shared', from: 'Dockerfile' }],
])('the line %s of a Manifest asks for a file', (line, entry) => {
  expect(readAddonManifest(`# what is in it\n\n${line}\r\n`)).toEqual({ entries: [{ line: 3, ...entry }], problems: [] });
});

test.each([
  ['pip requests', '"pip" is no kind of line'],
  ['image web', 'has 1 words behind image'],
  ['image web a b', 'has 3 words behind image'],
  ['asset ../../etc/cron.d/x https://example.org/x', '"../../etc/cron.d/x" cannot be the name of a file in a package'],
  ['image .hidden x', '".hidden" cannot be the name of a file in a package'],
  ['dockerout /out Dockerfile 1', '"/out" cannot be the name of a file in a package'],
  ['asset a http://example.org/a', '"http://example.org/a" is no https address'],
  ['constructor a b', '"constructor" is no kind of line'],
])('the line %s of a Manifest is refused', (line, text) => {
  const { entries, problems } = readAddonManifest(`${line}\n`);
  expect([entries, problems]).toEqual([[], [{ line: 1, text, remedy: expect.any(String) }]]);
});

test('functions are found in the ways in which bash takes them, and calls of what is not shared', () => {
  const script = `function cert-manager() {
  cert-manager_wait   # install_host_archives in a comment
}
function cert_manager_join {
  install_host_archives "$DIR" lvm2
  if ensure_host_package a b; then object_store_exists; fi
  commandExists report_addon_start && report_addon_start
  logStep "install_host_packages"
}
cert-manager_wait () { :; }
use_os_containerd() { :; }
use_os_containerd
x="f()"
`;
  expect(definedFunctions(script).map(({ name }) => name)).toEqual(['cert-manager', 'cert_manager_join', 'cert-manager_wait', 'use_os_containerd']);
  expect(unsharedCalls(script)).toEqual([
    { name: 'install_host_archives', line: 5 },
    { name: 'ensure_host_package', line: 6 },
    { name: 'object_store_exists', line: 6 },
  ]);
});

test.each<[what: string, files: Record<string, string>, findings: string[]]>([
  ['nothing', {}, []],
  ['a script that bash cannot read', { 'install.sh': 'hello() {\n' }, ['error syntax install.sh:2']],
  ['a function of another name', { 'install.sh': 'hullo() { :; }\n' }, ['error function install.sh', 'remark prefix install.sh:1']],
  [
    'a Manifest with faults',
    { Manifest: 'pip x\nimage web x\nasset a ./a\n' },
    ['error manifest Manifest:1', 'error missing Manifest:2', 'error missing Manifest:3'],
  ],
  ['packages of distributions', { Manifest: 'apt a\nyum9 b\n', 'ubuntu-24.04/Deps': 'a' }, ['error missing Manifest:2']],
  ['categories of another', { '../categories.json': '{"name":"other"}' }, ['error categories categories.json']],
  ['categories that are no JSON', { '../categories.json': '{' }, ['error categories categories.json']],
  ['preflights that are no YAML', { 'host-preflight.yaml': 'a: [' }, ['error preflight host-preflight.yaml']],
  ['preflights with templates', { 'host-preflight.yaml': '{{kurl if .IsUpgrade }}\na: [' }, []],
])('of an add-on with %s is told what is wrong', async (_, files, findings) => {
  const found = await lintAddon(addonWith(files));
  expect(found.map(({ level, rule, where, line }) => `${level} ${rule} ${where}${line === undefined ? '' : `:${line}`}`)).toEqual(findings);
});

test('what a Manifest names and is a file is brought, and the package holds it, always by the same bytes', async () => {
  const addon = addonWith({
    Manifest: 'asset notes ./src/notes.txt\nimage web ./src/web.tar\n',
    'src/notes.txt': 'noted',
    'src/web.tar': 'layers',
    '../categories.json': '{"name":"hello"}',
    '.toolignore': 'src\n',
  });
  const listener = { onEnd: (): void => {} };
  await fetchParts(addon.directory, () => listener);
  expect(readFileSync(join(addon.directory, 'assets/notes'), 'utf8')).toBe('noted');
  expect(gunzipSync(readFileSync(join(addon.directory, 'images/web.tar.gz'))).toString()).toBe('layers');

  const { file, entries, remarks } = await planPackage(addon, join(root, 'dist'), false);
  expect([file, remarks]).toEqual([join(root, 'dist/hello-1.0.0.tar.gz'), []]);
  const write = () => writeArchive({ directory: addon.directory, entries, folder: 'addons/hello', file, mtime: 0, mayReplace: false });
  expect(await write()).toMatchObject({ state: 'written' });
  expect(await write()).toMatchObject({ state: 'unchanged' });
  expect(
    execFileSync('tar', ['-tzf', file], { encoding: 'utf8' })
      .split('\n')
      .filter((path) => /[^/]$/.test(path)),
  ).toEqual([
    'addons/hello/1.0.0/Manifest',
    'addons/hello/1.0.0/assets/notes',
    'addons/hello/1.0.0/images/web.tar.gz',
    'addons/hello/1.0.0/install.sh',
    'addons/hello/categories.json',
  ]);
  // A package is looked at as its folder was.
  expect(await withAddon(file, {}, async (packed) => [packed.name, packed.version, await lintAddon(packed)])).toEqual(['hello', '1.0.0', []]);
});

test('an add-on with errors is not packed, nor is one in a folder whose path says no name', async () => {
  const addon = addonWith({ Manifest: 'image web x\npip x\n' });
  await expect(planPackage(addon, root, true)).rejects.toMatchObject({
    code: 'addon-incomplete',
    message: expect.stringContaining('Manifest:2: "pip" is no kind of line'),
  });
  await expect(planPackage(addonWith({ Manifest: 'image web x\n' }), root, false)).rejects.toThrow('Manifest:1: images/web.tar.gz is not there');
  expect((await planPackage(addonWith({ Manifest: 'image web x\n' }), root, true)).remarks).toHaveLength(1);
  await expect(fetchParts(addonWith({ Manifest: 'asset a ./gone\n' }).directory, () => ({}))).rejects.toThrow('assets/a cannot be made of ./gone (ENOENT)');
  expect(() => addonIn(join(root, 'hello'), { name: 'a b' })).toThrow('"a b" cannot be the name of an add-on');
  expect(() => addonIn(join(root, 'hello'), { version: 'latest' })).toThrow('"latest" cannot be the version of an add-on');
  expect(() => addonIn(join(root, 'gone'), {})).toThrow('is not a directory');
});
