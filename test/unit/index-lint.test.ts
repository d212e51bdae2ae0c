import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lintCatalogue } from '../../src/publishing/lint/lint-catalogue.ts';
import { withIndex } from '../../src/publishing/lint/read-index.ts';
import { Repository } from '../support/git.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

const box = new Sandbox();
afterAll(() => box[Symbol.dispose]());

const SUM = '0'.repeat(64);
const SILENT = { onProgress: () => {}, onEnd: () => {} };

/** What is found, a line each: `3 error semver: what`. */
async function lint(text: string, file = 'index.yaml'): Promise<string[]> {
  box.file(file, text);
  return lintPath(join(box.root, file));
}
const lintPath = (path: string): Promise<string[]> =>
  withIndex(path, SILENT, async (index) =>
    (await lintCatalogue(index, (name) => name === 'plugin')).map(
      ({ where, line, level, rule, text: said }) => `${/^\w+\//.test(where) ? `${where}:` : ''}${line ?? '-'} ${level} ${rule}: ${said}`,
    ),
  );

/** An entry that nothing is wrong with, but for what is said; each field in a line of its own, from line 2 on. */
const entry = (fields: Record<string, string | undefined> = {}, ...urls: string[]): string => {
  const all = { name: 'deploy', type: 'executor', version: '1.2.3', description: 'd', license: 'MIT', ...fields };
  const lines = Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return `- ${lines.join('\n  ')}\n  urls:\n${(urls.length > 0 ? urls : [url()]).map((one) => `  - ${one}\n`).join('')}`;
};
const url = (fields: Record<string, string | undefined> = {}, platform = 'linux/amd64'): string => {
  const [os, architecture] = platform.split('/');
  const all = {
    url: `https://example.com/d_${os}_${architecture}`,
    checksum: `"${SUM}"`,
    size: '7',
    platform: `{os: ${os}, architecture: ${architecture}}`,
    ...fields,
  };
  return `{${Object.entries(all)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
    .join(', ')}}`;
};
const index = (...entries: string[]): string => `entries:\n${entries.join('')}`;

test('nothing is found where nothing is wrong', async () => {
  expect(await lint(index(entry({}, url(), url({}, 'darwin/arm64')), entry({ version: 'v1.3.0-rc.1' })))).toEqual([]);
});

test.each([
  [
    'a version without order',
    entry({ version: 'nightly' }),
    '2 error semver: version "nightly" is not a semantic version, so nothing tells whether it is newer than others',
  ],
  ['a version in two numbers', entry({ version: '"1.10"' }), '2 remark semver: version "1.10" is no whole semantic version'],
  ['http', entry({}, url({ url: 'http://example.com/x' })), '8 error https: "http://example.com/x" is not https, so anybody on the way can change what comes'],
  ['loopback', entry({}, url({ url: '"http://127.0.0.1:8080/x"' })), '8 remark https: "http://127.0.0.1:8080/x" is of this machine alone'],
  [
    'no checksum',
    entry({}, url(), url({ checksum: undefined }, 'linux/arm64')),
    '9 error checksum: there is no checksum for "https://example.com/d_linux_arm64" for linux/arm64',
  ],
  ['half a checksum', entry({}, url({ checksum: 'abcd' })), '8 error format: field urls[0].checksum has 4 digits, and a SHA-256 has 64'],
  ['no size', entry({}, url({ size: undefined }), url({ size: undefined }, 'linux/arm64')), '8 remark size: there is no size for 2 addresses'],
  ['no licence', entry({ license: undefined }), '2 remark licence: there is no licence'],
  ['no description', entry({ description: undefined }), '2 remark description: there is no description'],
  ['an unknown platform', entry({}, url(), url({}, 'linx/amd64')), '9 error platform: urls[1].platform is "linx/amd64", which is no platform that is known'],
  ['a platform twice', entry({}, url(), url({ url: 'https://example.com/y' })), '9 error format: urls[0] and urls[1] are both for linux/amd64'],
  ['none of the usual platforms', entry({}, url({}, 'aix/ppc64')), '2 remark usual-platform: it is for aix/ppc64 alone'],
  ['an address for getters', entry({}, url({ url: 's3://bucket/x' })), '8 remark getter: "s3://bucket/x" is fetched only where a plugin is a getter for s3'],
  [
    'an address that moves',
    entry({}, url({ url: 'https://example.com/releases/latest/download/x' })),
    '8 remark moving-address: "https://example.com/releases/latest/download/x" is for whatever is newest, and its contents will change under the version and the checksum',
  ],
  ['a branch', entry({}, url({ url: 'https://example.com/o/r/main/x' })), expect.stringMatching(/^8 remark moving-address/)],
  [
    'prereleases alone',
    entry({ version: '1.0.0-rc.1' }),
    '2 remark no-release: it has no version but prereleases, which are installed only where somebody asks for exactly that version',
  ],
  ['nothing but what was taken back', entry({ yanked: 'it leaks' }), '2 remark no-release: every version of it was taken back'],
  [
    'a dependency without checksum',
    entry({}, url({ dependencies: '{jq: {url: "https://example.com/jq"}}' })),
    '8 remark dependency-checksum: there is no checksum for the dependency "jq", "https://example.com/jq"',
  ],
  ['documentation that is no page', entry({ documentationUrl: 'README.md' }), '2 remark documentation: "README.md" is no http or https address'],
  [
    'the name of a core plugin',
    entry({ name: 'plugin' }),
    '2 remark core-name: "plugin" is the name of a core plugin, so whoever installs it has to give another',
  ],
  ['a schema that is none', entry({ jsonSchema: `{value: '{"type": "strin"}'}` }), expect.stringMatching(/^\d error schema: it has no valid JSON schema: /)],
  [
    'a schema of an unknown draft',
    entry({ jsonSchema: `{value: '{"$schema": "https://example.com/mine"}'}` }),
    expect.stringMatching(/^\d remark schema: .*is not checked$/),
  ],
  ['an entry that Botkube cannot read', entry({ type: undefined, kind: 'plugin' }), '2 remark botkube-type: it has no type: Botkube refuses the whole index'],
])('%s', async (_, text, said) => {
  expect(await lint(index(text))).toEqual([said]);
});

test('versions that are one, and entries that are two', async () => {
  expect(await lint(index(entry(), entry({ version: 'v1.2.3' }), entry()))).toEqual([
    '9 remark same-version: version "v1.2.3" is the same as "1.2.3", so nothing tells which of them is installed',
    '16 error format: conflicts with the 1st entry as both have the same type, name, and version',
  ]);
});

test('an entry that is left out is looked at to its end, and an empty list of addresses is an error', async () => {
  expect(await lint(index('- {name: deploy, type: executor, version: nightly, urls: []}\n'))).toEqual([
    '2 error semver: version "nightly" is not a semantic version, so nothing tells whether it is newer than others',
    '2 remark description: there is no description',
    '2 remark licence: there is no licence',
    '2 error format: field urls cannot be empty',
  ]);
  expect(await lint('entries: []\n')).toEqual(['- error empty: there are no entries']);
});

test("kURL's authors publish no checksums, and count by dates", async () => {
  const versions = [{ version: 'v2022.10.05-0', url: 'https://example.com/a.tar.gz', kurlVersionCompatibilityRange: '>= v2022.10.05-0' }];
  expect(await lint(JSON.stringify(versions), 'versions.json')).toEqual([
    '1 remark checksum: there is no checksum for "https://example.com/a.tar.gz" for any/any',
  ]);
});

describe("krew's own rules", () => {
  const manifest = (change: (text: string) => string = (text) => text): string =>
    change(`apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata: {name: ctx}
spec:
  version: v0.1.0
  shortDescription: Switches
  platforms:
  - uri: https://example.com/ctx.tar.gz
    sha256: "${SUM}"
    bin: ctx
    files: [{from: ctx, to: .}, {from: LICENSE, to: .}]
    selector: {matchLabels: {os: linux, arch: amd64}}
`);

  test.each([
    ['a good one', (text: string) => text, []],
    ['a version without v', (text: string) => text.replace('v0.1.0', '0.1.0'), ['1 error krew-version: failed to parse plugin version "0.1.0"']],
    ['half a version', (text: string) => text.replace('v0.1.0', 'v0.1'), ['1 error krew-version: failed to parse plugin version "v0.1"']],
    ['no description', (text: string) => text.replace(/ {2}short.*\n/, ''), ['1 error krew-description: should have a short description']],
    [
      'a description in two lines',
      (text: string) => text.replace('Switches', '"Switches\\ncontexts"'),
      ['1 error krew-description: should not have line breaks in short description'],
    ],
    ['a checksum in upper case', (text: string) => text.replace(SUM, 'A'.repeat(64)), ['8 error krew-checksum: `sha256` value does not match ^[a-f0-9]{64}$']],
    [
      'a name with a dot',
      (text: string) => text.replace('name: ctx', 'name: c.x'),
      ['1 error krew-file: plugin should be named "ctx", not "c.x"', '1 error krew-name: the plugin name "c.x" is not allowed'],
    ],
    [
      'a path with a dot',
      (text: string) => text.replace('to: .}', 'to: ./ctx}'),
      ['8 error krew-files: `to` is "./ctx", which krew takes for an attempt to leave the plugin'],
    ],
    [
      'a platform of its own',
      (text: string) => text.replace('os: linux', 'os: plan9'),
      ['1 remark usual-platform: it is for plan9/amd64 alone', '8 error krew-platform: krew does not run on plan9/amd64'],
    ],
    ['no bin', (text: string) => text.replace('    bin: ctx\n', ''), ['8 error format: spec.platforms[0].bin has to be set']],
  ])('%s', async (_, change, said) => {
    expect(await lint(manifest(change), 'ctx.yaml')).toEqual(said);
  });

  test('a directory and a git repository of manifests are looked at file by file, and a manifest under another name is told', async () => {
    mkdirSync(join(box.root, 'krew/plugins'), { recursive: true });
    writeFileSync(join(box.root, 'krew/plugins/ctx.yaml'), manifest());
    writeFileSync(join(box.root, 'krew/plugins/ns.yaml'), manifest());
    const said = [
      'plugins/ns.yaml:1 error format: plugin should be named "ns", not "ctx"',
      'plugins/ns.yaml:1 error format: conflicts with the 1st entry as both have the same type, name, and version',
    ];
    expect(await lintPath(join(box.root, 'krew'))).toEqual(said);
    const repository = new Repository(join(box.root, 'krew.git'));
    repository.commit({ 'plugins/ctx.yaml': manifest(), 'plugins/ns.yaml': manifest() });
    expect(await lintPath(repository.path)).toEqual(said);
    expect(await lint(manifest(), 'other.yml')).toEqual(['1 error krew-file: the manifest "other.yml" does not end in .yaml']);
  });
});

test('the fixtures of published formats can all be looked at', async () => {
  const folder = join(PACKAGE, 'test/fixtures/catalogues');
  expect(await lintPath(join(folder, 'addon-registry.json'))).toEqual([]);
  expect((await lintPath(join(folder, 'bad-entries.yaml'))).filter((line) => / error /.test(line)).length).toBeGreaterThan(20);
});
