import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type BuiltIndex, buildIndex, type IndexRequest } from '../../src/publishing/build-index.ts';
import { readEarlier } from '../../src/publishing/index-text.ts';
import { checkSchema } from '../../src/publishing/schemas.ts';
import { tarGz, zip } from '../support/archives.ts';
import { botkubeSays } from '../support/botkube-checker.ts';

const root = mkdtempSync(join(tmpdir(), 'tool-index-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Files = Readonly<Record<string, string | Buffer>>;
let directories = 0;

async function indexOf(files: Files, request: Partial<IndexRequest> = {}): Promise<BuiltIndex> {
  const binaries = request.binaries ?? join(root, String(directories++));
  mkdirSync(binaries, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(binaries, path)), { recursive: true });
    writeFileSync(join(binaries, path), text);
  }
  return buildIndex({ urlBase: 'https://example.com', useArchive: true, recursive: false, ...request, binaries });
}

const told = ({ problems }: BuiltIndex): string[] => problems.map(({ where, text, disables }) => `${disables ? 'error' : 'remark'}: ${where}: ${text}`);
const manifest = (version: string, more = ''): string => `[plugin]\nversion = "${version}"\ndescription = "Deploys"\n${more}[plugin.config]\n`;
const plugin = (version: string, more = '', body = version): Buffer =>
  tarGz([
    { name: 'plugin.toml', body: manifest(version, more) },
    { name: 'bare/go', body, mode: 0o755 },
  ]);

test('a plugin of tool’s own is told by its plugin.toml; the same files give the same bytes, wherever they stand', async () => {
  const more = 'documentation = "https://docs.example.com"\nlicense = "MIT"\nrequires = ">=0.1"\nrecommended = true\n';
  const files = {
    'plugin_deploy_linux_amd64.tar.gz': plugin('1.10', more),
    'plugin_deploy_darwin_arm64.zip': zip([{ name: 'deploy/plugin.toml', body: manifest('1.10', more) }]),
  };
  const [built, again] = [await indexOf(files), await indexOf(files)];
  expect(told(built)).toEqual([]);
  expect(again.text).toBe(built.text);
  expect(built.text.replaceAll(/checksum: \w{64}/g, 'checksum: SUM').replaceAll(/size: \d+/g, 'size: N')).toBe(`entries:
  - name: deploy
    kind: plugin
    description: Deploys
    documentationUrl: https://docs.example.com
    version: '1.10'
    urls:
      - url: https://example.com/plugin_deploy_darwin_arm64.zip
        checksum: SUM
        platform:
          os: darwin
          architecture: arm64
        size: N
      - url: https://example.com/plugin_deploy_linux_amd64.tar.gz
        checksum: SUM
        platform:
          os: linux
          architecture: amd64
        size: N
    recommended: true
    requires: '>=0.1'
    license: MIT
`);
  expect(built.catalogue.releases.map(({ name, kind, version, platforms }) => [name, kind, version, platforms.length])).toEqual([
    ['deploy', 'plugin', '1.10', 2],
  ]);
  expect([...built.files.values()]).toEqual(['plugin_deploy_darwin_arm64.zip', 'plugin_deploy_linux_amd64.tar.gz']);
});

test('Botkube’s entries have its fields in the order of its generator, also where a file beside them tells the rest', async () => {
  const sidecar = `[plugin]
version = "v2.0.0"
description = """
Runs
helm"""
schema = { "$schema" = "http://json-schema.org/draft-04/schema#", type = "object" }
[plugin.programs.kubectl]
"linux/x86_64" = { url = "https://example.com/kubectl", sha256 = "sha256:${'AB'.repeat(32)}" }
"darwin/arm64" = "https://example.com/kubectl-mac"
`;
  const files = { executor_helm_linux_amd64: 'a', executor_helm_darwin_arm64: 'b', 'executor_helm.toml': sidecar, 'helm.toml': 'not read' };
  const built = await indexOf(files, { useArchive: false });
  expect(told(built)).toEqual([]);
  expect(botkubeSays(built.text)).toEqual([]);
  expect(built.text.replaceAll(/checksum: \w{64}\n(?! {10})/g, 'checksum: SUM\n')).toContain(`entries:
  - name: helm
    type: executor
    description: Runs helm
    version: v2.0.0
    urls:
      - url: https://example.com/executor_helm_darwin_arm64
        checksum: SUM
        platform:
          os: darwin
          architecture: arm64
        dependencies:
          kubectl:
            url: https://example.com/kubectl-mac
        size: 1
`);
  expect(built.entries[0]?.urls[1]?.dependencies).toEqual({ kubectl: { url: 'https://example.com/kubectl', checksum: 'ab'.repeat(32) } });
  expect(Object.keys(built.entries[0] ?? {}).slice(-2)).toEqual(['jsonSchema', 'recommended']);
});

test('the manifest in an archive goes before the file beside it, which says what it leaves out', async () => {
  const files = {
    'executor_a_linux_amd64.tgz': tarGz([
      { name: 'plugin.toml', body: '[plugin]\nversion = "1.0.0"\n' },
      { name: 'a', body: 'x', mode: 0o755 },
    ]),
    'a.toml': '[plugin]\nversion = "9.9.9"\ndescription = "d"\n',
  };
  const built = await indexOf(files);
  expect(told(built)).toEqual([]);
  expect(built.entries[0]).toMatchObject({ version: '1.0.0', description: 'd' });
});

test('an index that Botkube refuses for some of its entries is told', async () => {
  const built = await indexOf({ 'plugin_a_any_any.tgz': plugin('1'), 'executor_b_linux_amd64.tgz': plugin('1') });
  expect(told(built)).toEqual(['remark: entries: some are plugins of tool, which have no type: Botkube refuses this index as a whole']);
  expect(botkubeSays(built.text)).toEqual(['entries[0]: field type cannot be empty']);
});

test('a plugin of Helm’s is told by its plugin.yaml', async () => {
  const built = await indexOf({ 'plugin_x_any_any.tgz': tarGz([{ name: 'x/plugin.yaml', body: 'name: x\nversion: 0.1.0\nusage: does x\n' }]) });
  expect(built.entries[0]).toMatchObject({ kind: 'helm', version: '0.1.0', description: 'does x' });
  const v1 = 'apiVersion: v1\nname: y\nversion: 2.0.0\ntype: cli/v1\nruntime: subprocess\n';
  const newer = await indexOf({
    'plugin_y_any_any.tgz': tarGz([{ name: 'plugin.yaml', body: `${v1}sourceURL: https://e.org/y\nconfig: {usage: "y [name]", shortHelp: "does\\n y"}\n` }]),
    'plugin_z_any_any.tgz': tarGz([{ name: 'plugin.yaml', body: v1.replace('y', 'z') }]),
  });
  expect(told(newer)).toEqual([]);
  expect(newer.entries).toMatchObject([
    { name: 'y', kind: 'helm', version: '2.0.0', description: 'does y', documentationUrl: 'https://e.org/y' },
    { name: 'z', kind: 'helm', description: 'the "z" plugin' },
  ]);
});

test('archives that plugin:package or Helm made are listed by their names, each version of its own; others of such names are left out', async () => {
  const helms = (version: string): Buffer => tarGz([{ name: 'x/plugin.yaml', body: `name: x\nversion: ${version}\nusage: does x\n` }]);
  const built = await indexOf({
    'plugin-x-1.9.0.tgz': helms('1.9.0'),
    'plugin-x-1.10.0-rc.1.tgz': helms('1.10.0-rc.1'),
    'plugin-x-1.10.0-rc.1.tgz.prov': 'signed',
    'greet-2-1.0.0.tgz': plugin('1.0.0'),
    'sources-1.0.0.tgz': tarGz([{ name: 'README', body: '' }]),
    'broken-1.0.0.tgz': 'x',
  });
  expect(told(built)).toEqual([
    'remark: broken-1.0.0.tgz: is not an archive: it is left out',
    'remark: sources-1.0.0.tgz: holds no plugin.toml or plugin.yaml: it is left out',
  ]);
  expect(built.entries.map(({ name, kind, version, urls }) => [name, kind, version, urls[0]?.url])).toEqual([
    ['greet-2', 'plugin', '1.0.0', 'https://example.com/greet-2-1.0.0.tgz'],
    ['plugin-x', 'helm', '1.10.0-rc.1', 'https://example.com/plugin-x-1.10.0-rc.1.tgz'],
    ['plugin-x', 'helm', '1.9.0', 'https://example.com/plugin-x-1.9.0.tgz'],
  ]);
});

test('directories are a part of addresses, versions are listed from high to low, and platforms may come from several directories', async () => {
  const files = {
    'ship/1.9.0/plugin_ship_any_any.tar.gz': plugin('1.9.0'),
    'ship/1.10.0+b 1/plugin_ship_any_any.tar.gz': plugin('1.10.0'),
    'linux/plugin_boat_linux_amd64.tgz': plugin('1.0.0'),
    'mac/plugin_boat_darwin_arm64.tgz': plugin('1.0.0'),
    '.git/plugin_no_any_any.tar.gz': plugin('1'),
  };
  const built = await indexOf(files, { recursive: true, urlBase: 'https://example.com/p/' });
  expect(built.entries.map(({ name, version, urls }) => [name, version, ...urls.map(({ url }) => url)])).toEqual([
    ['boat', '1.0.0', 'https://example.com/p/mac/plugin_boat_darwin_arm64.tgz', 'https://example.com/p/linux/plugin_boat_linux_amd64.tgz'],
    ['ship', '1.10.0', 'https://example.com/p/ship/1.10.0%2Bb%201/plugin_ship_any_any.tar.gz'],
    ['ship', '1.9.0', 'https://example.com/p/ship/1.9.0/plugin_ship_any_any.tar.gz'],
  ]);
  expect((await indexOf({}, { binaries: join(root, String(directories - 1)), nameFilter: /^b/, recursive: true })).entries.map(({ name }) => name)).toEqual([
    'boat',
  ]);
});

test('a link to a file is followed, and one to a directory is not', async () => {
  const binaries = join(root, 'links');
  mkdirSync(join(binaries, 'down'), { recursive: true });
  writeFileSync(join(root, 'elsewhere'), plugin('1.0.0'));
  symlinkSync('../elsewhere', join(binaries, 'plugin_a_any_any.tgz'));
  symlinkSync('../nothing', join(binaries, 'plugin_b_any_any.tgz'));
  symlinkSync('..', join(binaries, 'down/up'));
  const built = await indexOf({}, { binaries, recursive: true });
  expect(told(built)).toEqual(['error: plugin_b_any_any.tgz: is no file, or a link to none']);
  expect(built.entries.map(({ name }) => name)).toEqual(['a']);
});

test.each<[string, Files, Partial<IndexRequest>, string[]]>([
  [
    'programs alone, where archives are listed',
    { executor_a_linux_amd64: 'x' },
    {},
    ['error: executor_a: field urls cannot be empty: there is no archive of it, only programs'],
  ],
  ['a plugin that is not packed', { plugin_a_any_any: 'x' }, {}, ['error: plugin_a: is not packed, and a plugin is published as an archive']],
  [
    'a plugin without its manifest',
    { 'plugin_a_any_any.tgz': tarGz([{ name: 'x', body: 'x' }]) },
    {},
    ['error: plugin_a_any_any.tgz: holds no plugin.toml or plugin.yaml at its top, or in its only directory'],
  ],
  [
    'a manifest without a version',
    { 'plugin_a_any_any.tgz': tarGz([{ name: 'plugin.toml', body: '[plugin]\ndescription = "d"\n' }]) },
    {},
    ['error: plugin_a: version field cannot be empty'],
  ],
  [
    'a manifest that is none',
    { 'plugin_a_any_any.tgz': tarGz([{ name: 'plugin.toml', body: '[plugin\n' }]) },
    {},
    [expect.stringContaining('error: plugin_a_any_any.tgz: plugin.toml: line:1:8:') as unknown as string],
  ],
  [
    'a version that is no text',
    { executor_a_linux_amd64: 'x', 'a.toml': '[plugin]\nversion = 1.2\ndescription = "d"\n' },
    { useArchive: false },
    ['error: a.toml: "version" is no text: put it in quotes'],
  ],
  [
    'an archive that is cut off',
    { 'plugin_a_any_any.tgz': plugin('1').subarray(0, -9) },
    {},
    ['error: plugin_a_any_any.tgz: cannot be unpacked: unexpected end of file'],
  ],
  [
    'two files for one platform',
    { 'plugin_a_any_any.tgz': plugin('1'), 'plugin_a_any_any.tar.gz': plugin('1') },
    {},
    ['error: plugin_a_any_any.tgz: is a 1 for any/any, and so is plugin_a_any_any.tar.gz'],
  ],
  [
    'platforms that overlap',
    { 'plugin_a_any_any.tgz': plugin('1'), 'plugin_a_linux_amd64.tgz': plugin('1') },
    {},
    ['error: entries[0]: urls[0] and urls[1] are both for linux/amd64'],
  ],
  [
    'versions that differ',
    { 'plugin_a_linux_amd64.tgz': plugin('1'), 'plugin_a_linux_arm64.tgz': plugin('2') },
    {},
    ['error: plugin_a_linux_arm64.tgz: says version 2, and plugin_a_linux_amd64.tgz says 1'],
  ],
  [
    'a schema that is none',
    { 'plugin_a_any_any.tgz': plugin('1', 'schema = { type = "uknown" }\n') },
    {},
    [
      'error: plugin_a: invalid schema "a": type: must be equal to one of the allowed values: array, boolean, integer, null, number, object, string',
      'error: plugin_a: invalid schema "a": type: must be array',
      'error: plugin_a: invalid schema "a": type: must match a schema in anyOf',
    ],
  ],
  ['no address', { 'plugin_a_any_any.tgz': plugin('1') }, { urlBase: '' }, ['error: -url-base-path: is not given']],
  [
    'an address of another kind',
    { 'plugin_a_any_any.tgz': plugin('1') },
    { urlBase: 'ftp://e.org' },
    ['error: -url-base-path: "ftp://e.org" is no http or https address'],
  ],
  [
    'an address with a fragment',
    { 'plugin_a_any_any.tgz': plugin('1') },
    { urlBase: 'https://e.org/#files' },
    ['error: -url-base-path: "https://e.org/#files" has a "#", and what is behind that is sent to no server'],
  ],
  [
    'nothing',
    { 'README.md': 'x' },
    {},
    [expect.stringMatching(/^error: -binaries-path: .* holds no file that is named TYPE_NAME_OS_ARCH or NAME-VERSION\.tgz$/)],
  ],
  [
    'a plugin.yaml that an install refuses',
    { 'plugin_x_any_any.tgz': tarGz([{ name: 'plugin.yaml', body: 'name: a.b\n' }]) },
    {},
    ['error: plugin_x_any_any.tgz: plugin.yaml: invalid plugin name "a.b": must contain only a-z, A-Z, 0-9, _ and -'],
  ],
  [
    'a name with another version than the manifest',
    { 'x-1.0.0.tgz': tarGz([{ name: 'plugin.yaml', body: 'name: x\nversion: 1.0.1\n' }]) },
    {},
    ['error: x-1.0.0.tgz: says version 1.0.1'],
  ],
  [
    'an archive where programs are listed',
    { executor_a_linux_amd64: 'x', 'a.toml': manifest('1'), 'executor_a_linux_arm64.tgz': plugin('1') },
    { useArchive: false },
    ['remark: executor_a_linux_arm64.tgz: is left out: -use-archive=false lists what is not packed'],
  ],
  [
    'a program for another platform than the archive',
    { 'executor_a_linux_amd64.tgz': plugin('1'), executor_a_linux_arm64: 'x' },
    {},
    ['remark: executor_a_linux_arm64: is left out: it is not packed, and archives are listed'],
  ],
  [
    'several things',
    { 'source.tar.gz': 'x', executor_a_linux: 'x', 'plugin_b_any_any.zip': 'x' },
    { urlBase: '' },
    [
      'error: -url-base-path: is not given',
      "error: executor_a_linux: path executor_a_linux doesn't follow required pattern <plugin_type>_<plugin_name>_<os>_<arch>: a part of it is missing",
      'remark: source.tar.gz: begins with "source" and is no plugin\'s file: it is left out',
      'error: plugin_b_any_any.zip: is not an archive',
    ],
  ],
])('of %s it is told', async (_name, files, request, expected) => {
  const built = await indexOf(files, request);
  expect(told(built)).toEqual(expected);
  for (const { disables, remedy } of built.problems) if (disables) expect(remedy ?? 'mends itself').not.toBe('');
});

test('a program that may not be run is not run, and how to mend that is told', async () => {
  const { os, arch } = (await import('../../src/catalogue/platforms.ts')).hostPlatform();
  const built = await indexOf({ [`executor_a_${os}_${arch}`]: '#!/bin/sh\n' }, { useArchive: false });
  expect(told(built)[0]).toContain(`cannot be asked: it is not executable; chmod +x executor_a_${os}_${arch}`);
});

test('of archives in directories within, the flag that lists them is told', async () => {
  const files = { 'a/1/plugin_a_any_any.tgz': plugin('1'), 'b/1/plugin_b_any_any.tgz': plugin('1') };
  expect((await indexOf(files, { recursive: false })).problems).toMatchObject([{ remedy: '2 such files in directories within: use --recursive' }]);
});

const ROUNDS = 'name: ship\n    kind: plugin';

test('merged, other versions stay as they are, marks stay with theirs, and it is the same when done again', async () => {
  const first = await indexOf({ 'plugin_ship_any_any.tgz': plugin('1.0.0') }, { urlBase: 'https://example.com/1.0.0' });
  const marked = first.text.replace(/$/, '    caveats: careful\n    rating: 1.50\n    yanked: broken\n');
  const second = await indexOf(
    { 'plugin_ship_any_any.tgz': plugin('1.10.0') },
    { urlBase: 'https://example.com/1.10.0', earlier: await readEarlier(marked, 'old.yaml'), keepsVersions: true },
  );
  expect(told(second)).toEqual([]);
  expect(second.text).toBe(
    `entries:\n${(await indexOf({ 'plugin_ship_any_any.tgz': plugin('1.10.0') }, { urlBase: 'https://example.com/1.10.0' })).text.slice(9)}${marked.slice(9).replace('1.50', "'1.50'")}`,
  );
  expect(second.text.split(ROUNDS).length).toBe(3);
  const again = await indexOf(
    { 'plugin_ship_any_any.tgz': plugin('1.10.0') },
    { urlBase: 'https://example.com/1.10.0', earlier: await readEarlier(second.text, 'old.yaml'), keepsVersions: true },
  );
  expect(again.text).toBe(second.text);
  const older = await indexOf(
    { 'plugin_ship_any_any.tgz': plugin('1.0.0') },
    { urlBase: 'https://example.com/1.0.0', earlier: await readEarlier(second.text, 'old.yaml'), keepsVersions: true },
  );
  expect(older.text).toBe(second.text);
});

test('written anew, an index keeps the marks of its versions, and no version that is not there any more', async () => {
  const files = { 'plugin_ship_any_any.tgz': plugin('1.0.0') };
  const first = await indexOf(files);
  const marked = `${first.text}    yanked: broken\n${first.text.slice(9).replace('1.0.0', '0.9.0')}`;
  const again = await indexOf(files, { earlier: await readEarlier(marked, 'old.yaml') });
  expect(told(again)).toEqual([]);
  expect(again.text).toBe(`${first.text}    yanked: broken\n`);
});

test('merged, a version that is built for one platform keeps the files of others', async () => {
  const mac = await indexOf({ 'plugin_ship_darwin_arm64.tgz': plugin('1.0.0') });
  const both = await indexOf({ 'plugin_ship_linux_amd64.tgz': plugin('1.0.0') }, { earlier: await readEarlier(mac.text, 'old.yaml'), keepsVersions: true });
  expect(both.entries[0]?.urls.map(({ platform }) => platform.os)).toEqual(['darwin', 'linux']);
});

test('merged, what is pinned stays what it was', async () => {
  const first = await indexOf({ 'plugin_ship_any_any.tgz': plugin('1.0.0') });
  const sum = first.entries[0]?.urls[0]?.checksum;
  const changed = { 'plugin_ship_any_any.tgz': plugin('1.0.0', '', 'other') };
  const other = await indexOf(changed, { earlier: await readEarlier(first.text, 'old.yaml'), keepsVersions: true });
  expect(told(other)).toEqual([
    `error: ship 1.0.0: the file for any/any is not the one that was published: its checksum was ${sum}, and is ${other.entries[0]?.urls[0]?.checksum}`,
  ]);
  expect(told(await indexOf(changed, { earlier: await readEarlier(first.text, 'old.yaml'), keepsVersions: true, replaceVersion: true }))).toEqual([]);
  expect(
    told(await indexOf({ 'plugin_ship_any_any.tgz': plugin('1.1.0') }, { earlier: await readEarlier(first.text, 'old.yaml'), keepsVersions: true })),
  ).toEqual(['error: ship 1.1.0: its address is that of ship 1.0.0, which is another file: https://example.com/plugin_ship_any_any.tgz']);
});

test.each<[string, string]>([
  ['entries: [1]', 'old.yaml has an entry that is none: entries[0] needs name, version and urls'],
  ['- a', 'old.yaml is no index with "entries"'],
  ['entries: &a []', 'old.yaml:1: anchors and aliases (& and *) are refused in an index'],
])('what is no index is not merged: %s', async (earlier, message) => {
  await expect(readEarlier(earlier, 'old.yaml')).rejects.toThrow(message);
});

test('of a directory that is not there that is told', async () => {
  await expect(buildIndex({ binaries: join(root, 'nowhere'), urlBase: 'https://e.org', useArchive: true, recursive: false })).rejects.toThrow(
    `${join(root, 'nowhere')} is not a directory`,
  );
});

test.each<[string, readonly string[], string?]>([
  ['{"type":"object"}', []],
  ['true', []],
  ['{"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true}', []],
  [
    '{"$schema":"http://json-schema.org/draft-04/schema#","exclusiveMinimum":1}',
    ['(root): must have property minimum when property exclusiveMinimum is present', 'exclusiveMinimum: must be boolean'],
  ],
  ['{"$schema":"http://json-schema.org/draft-06/schema#","examples":[1]}', []],
  ['{"$schema":"http://json-schema.org/draft-07/schema#","exclusiveMinimum":true}', ['exclusiveMinimum: must be number']],
  ['{"$schema":"https://json-schema.org/draft/2020-12/schema","prefixItems":[{}]}', []],
  ['{"$schema":"https://json-schema.org/draft/2020-12/schema","prefixItems":1}', ['prefixItems: must be array']],
  ['{"properties":{"a/b":{"minLength":-1}}}', ['properties.a/b.minLength: must be >= 0']],
  ['{', ["is no JSON: Expected property name or '}' in JSON at position 1"]],
  ['[]', ['is no JSON object']],
  [`${'{"not":'.repeat(200)}{}${'}'.repeat(200)}`, ['is nested more than 100 levels deep']],
  ['{"$schema":"https://example.com/x"}', [], '"$schema" is "https://example.com/x", which is not known here: the schema is not checked'],
])('the schema %s', async (text, faults, remark) => {
  const report = await checkSchema(text);
  expect(report.faults.map((fault) => fault.replace(/ \(line.*\)$/, ''))).toEqual(faults);
  expect(report.remark).toBe(remark);
});
