import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSpec } from '../../src/addons/read-spec.ts';
import { chosenVariables, configDigest, specVariables, variablesText } from '../../src/addons/spec-variables.ts';
import { variableName } from '../../src/addons/variable-names.ts';
import type { WantedAddon } from '../../src/sources/addon/source.ts';
import { stageAddon } from '../../src/sources/addon/stage.ts';
import { DEFAULT_LIMITS } from '../../src/sources/archive/policy.ts';
import { addonPackage } from '../support/addons.ts';
import { type RawEntry, tarGz } from '../support/archives.ts';
import { sha256 } from '../support/digests.ts';
import { PACKAGE } from '../support/sandbox.ts';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tool-test-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const HELLO: WantedAddon = { name: 'hello', version: '1.0.0', sha256: '', role: 'install', config: '', isTold: true };

/** Stages an add-on from a file with these bytes. */
function staging(bytes: Buffer, wanted: Partial<WantedAddon> = {}) {
  const file = join(scratch, 'hello-1.0.0.tar.gz');
  writeFileSync(file, bytes);
  return stageAddon({ ...HELLO, ...wanted }, pathToFileURL(file).href, { scratch, tree: join(scratch, 'tree'), limits: DEFAULT_LIMITS, listener: {} });
}

test('a package becomes a plugin: as it came, with a manifest and a hook', async () => {
  const { bytes } = addonPackage('hello', '1.0.0', 'hello() { :; }\n', { 'images/one.tar': 'x' });
  const { source, notes } = await staging(bytes, { sha256: sha256(bytes) });
  expect([source, notes]).toEqual([
    { kind: 'addon', ...HELLO, isTold: undefined, url: pathToFileURL(join(scratch, 'hello-1.0.0.tar.gz')).href, sha256: sha256(bytes) },
    [],
  ]);
  expect(readFileSync(join(scratch, 'tree/addons/hello/1.0.0/install.sh'), 'utf8')).toBe('hello() { :; }\n');
  expect(readFileSync(join(scratch, 'tree/plugin.toml'), 'utf8')).toContain('\nversion = "1.0.0"\n');
  expect(lstatSync(join(scratch, 'tree/install')).mode & 0o777).toBe(0o755);
});

const file = (name: string): RawEntry => ({ name, body: 'x' });

test.each<[what: string, entries: readonly RawEntry[], problem: string]>([
  ['another version', [file('addons/hello/1.0.1/install.sh')], 'is the package of hello 1.0.1, and not of hello 1.0.0'],
  ['another add-on', [file('addons/hullo/1.0.0/install.sh')], 'is the package of hullo 1.0.0, and not of hello 1.0.0'],
  ['no folder addons', [file('hello/1.0.0/install.sh')], 'holds "hello" at its top, and not addons/NAME/VERSION'],
  ['something beside addons', [file('addons/hello/1.0.0/install.sh'), file('plugin.toml')], 'holds "plugin.toml" at its top'],
  ['two add-ons', [file('addons/hello/1.0.0/install.sh'), file('addons/world/1.0.0/install.sh')], 'holds "world" at addons, where one folder belongs'],
  ['two versions', [file('addons/hello/1.0.0/install.sh'), file('addons/hello/1.0.1/install.sh')], 'holds "1.0.1" at addons/hello, where one folder belongs'],
  ['no install.sh', [file('addons/hello/1.0.0/Manifest')], 'has no file addons/hello/1.0.0/install.sh'],
  ['a link for install.sh', [{ name: 'addons/hello/1.0.0/install.sh', type: '2', link: 'Manifest' }], 'has no file addons/hello/1.0.0/install.sh'],
  ['a link for its folder', [file('addons/hello/x/install.sh'), { name: 'addons/hello/1.0.0', type: '2', link: 'x' }], 'where one folder belongs'],
  ['a path that leaves it', [file('addons/hello/1.0.0/install.sh'), file('addons/../../evil')], 'leaves the archive by ..'],
  [
    'a link that leaves it',
    [file('addons/hello/1.0.0/install.sh'), { name: 'addons/hello/1.0.0/l', type: '2', link: '../../../../etc' }],
    'leads out of the plugin',
  ],
  ['a device', [{ name: 'addons/hello/1.0.0/null', type: '3' }], 'only files, directories and symbolic links are allowed'],
])('a package with %s is refused', async (_, entries, problem) => {
  await expect(staging(tarGz(entries))).rejects.toThrow(problem);
});

test('what is no archive, has another checksum, or was told what no lock keeps is refused', async () => {
  await expect(staging(Buffer.from('words'))).rejects.toThrow('it is not an archive');
  const { bytes } = addonPackage('hello', '1.0.0', 'hello() { :; }\n');
  await expect(staging(bytes, { sha256: 'ab'.repeat(32) })).rejects.toMatchObject({ code: 'checksum-mismatch' });
  await expect(staging(bytes, { config: 'ab'.repeat(32), isTold: false })).rejects.toMatchObject({ code: 'addon-needs-spec' });
  expect((await staging(bytes)).notes).toEqual([expect.stringMatching(/^There is no checksum for hello 1\.0\.0/)]);
});

test.each([
  ['kotsadm', 'uiBindPort', 'KOTSADM_UI_BIND_PORT'],
  ['certManager', 's3Override', 'CERT_MANAGER_S3_OVERRIDE'],
  ['cert-manager', 'version', 'CERT_MANAGER_VERSION'],
  ['flannel', 'podCIDRRange', 'FLANNEL_POD_CIDR_RANGE'],
  ['contour', 'httpsPort', 'CONTOUR_HTTPS_PORT'],
  ['kotsadm', 'disableS3', 'KOTSADM_DISABLE_S3'],
  ['weave', 'podCIDR', 'POD_CIDR'],
  ['kubernetes', 'controlPlane', 'MASTER'],
  ['rook', 'storageClassName', 'STORAGE_CLASS'],
  ['ld', 'preload', undefined],
  ['bash', 'env', undefined],
  ['tool', 'package', undefined],
  ['1st', 'x', undefined],
  ['kotsadm', '…', 'KOTSADM__'],
])('the field %s.%s is told to add-ons as %s', (addon, field, name) => {
  expect(variableName(addon, field)).toBe(name);
});

test('what a spec says becomes assignments that a shell reads back, and a digest of what is the add-on’s own', async () => {
  const text =
    'spec:\n  a: { version: latest, s3Override: x, yes: true, no: false, none: 0, list: [p, q], deep: { x: y }, odd: "it\'s $(x)\\n" }\n  ld: { preload: evil }\n  b: { version: 1 }\n';
  const values = (await readSpec(text, 'spec.yaml')).values();
  const refused: string[] = [];
  const variables = specVariables(values, (place) => refused.push(place));
  expect(refused).toEqual(['spec.ld.preload']);
  expect(variablesText(variables)).toBe(
    "A_VERSION='latest'\nA_S3_OVERRIDE='x'\nA_YES='1'\nA_NO=''\nA_NONE=''\nA_LIST='p,q'\nA_ODD='it'\\''s $(x)\n'\nB_VERSION='1'\n",
  );
  expect(configDigest(values, 'b')).toBe('');
  expect(configDigest(values, 'a')).toMatch(/^[0-9a-f]{64}$/);
  const reordered = (await readSpec(text.replace('yes: true, no: false', 'no: false, yes: true').replace('latest', '2'), 'spec.yaml')).values();
  expect(configDigest(reordered, 'a')).toBe(configDigest(values, 'a'));
  expect(configDigest((await readSpec(text.replace('no: false', 'no: true'), 'spec.yaml')).values(), 'a')).not.toBe(configDigest(values, 'a'));
});

test('of the version that was chosen nothing is told where its variable would mean something else', () => {
  expect(variablesText(new Map(chosenVariables('cert-manager', '1.9.1', 'https://example.org/c.tar.gz')))).toBe(
    "CERT_MANAGER_VERSION='1.9.1'\nCERT_MANAGER_S3_OVERRIDE='https://example.org/c.tar.gz'\n",
  );
  expect(chosenVariables('cert-manager', '1.9.1', undefined)).toEqual([['CERT_MANAGER_VERSION', '1.9.1']]);
  // Without a name an assignment would be a command.
  expect(chosenVariables('node-exporter', '1.0.0', 'https://example.org/n.tar.gz')).toEqual([]);
});

test('what a host shares with its add-ons is what the list and the page for authors say', () => {
  const folder = join(PACKAGE, 'plugins/addon');
  const rows = readFileSync(join(folder, 'shared-list'), 'utf8').matchAll(/^\d+ (function|variable) (\w+)$/gm);
  const listed = [...rows].map(([, kind = '', name = '']) => ({ kind, name }));
  const page = readFileSync(join(PACKAGE, 'docs/addon-authors.md'), 'utf8');
  expect(listed.filter(({ name }) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([]);
  const script = 'for part in functions yaml kubernetes; do source "$0/shared-$part"; done; compgen -A function';
  const functions = execFileSync('bash', ['--norc', '-c', script, folder], { encoding: 'utf8', env: { PATH: process.env.PATH } }).split('\n');
  const named = listed.flatMap(({ kind, name }) => (kind === 'function' ? [name] : []));
  expect(functions.filter((name) => name !== '' && !name.startsWith('addon_')).sort()).toEqual(named.sort());
});
