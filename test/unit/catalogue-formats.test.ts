import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readKrewDirectory } from '../../src/catalogue/formats/krew-repository.ts';
import { isReleaseName, isReleaseVersion } from '../../src/catalogue/names.ts';
import { readCatalogue } from '../../src/catalogue/read-catalogue.ts';
import type { Catalogue, Release } from '../../src/catalogue/release.ts';
import { isUserError } from '../../src/errors.ts';
import { problemText } from '../support/problem-text.ts';
import { PACKAGE } from '../support/sandbox.ts';

const fixture = (name: string): string => join(PACKAGE, 'test/fixtures/catalogues', name);
const read = (text: string, name = 'acme'): Promise<Catalogue> => readCatalogue(text, { origin: 'index.yaml', name });
const readFixture = (name: string): Promise<Catalogue> => read(readFileSync(fixture(name), 'utf8'));
const lines = ({ problems }: Catalogue): string[] => problems.map(problemText);

/** What a release is, without what it does not say. */
const told = (release: Release | undefined): unknown => JSON.parse(JSON.stringify(release ?? null));

/** An entry of an index that nothing is wrong with, but for what is given. */
const entryWith = (fields: string): string =>
  `entries:\n  - ${fields}\n    urls: [{ url: 'https://example.com/x', platform: { os: linux, architecture: amd64 } }]\n`;

test("an index as Botkube's generator writes it is read whole, and versions stay the text that they are", async () => {
  const catalogue = await readFixture('botkube.yaml');
  expect(lines(catalogue)).toEqual([]);
  expect(catalogue.format).toBe('botkube');
  expect(catalogue.releases.map(({ name, type, version, scheme }) => [name, type, version, scheme])).toEqual([
    ['canary', 'executor', '1.10', 'semver'],
    ['canary', 'executor', '1.9', 'semver'],
    ['canary', 'source', 'v0.0.0', 'semver'],
  ]);
  expect(told(catalogue.releases[0])).toEqual({
    name: 'canary',
    type: 'executor',
    version: '1.10',
    scheme: 'semver',
    kind: 'binary',
    prerelease: false,
    platforms: [
      {
        os: 'linux',
        arch: 'amd64',
        url: 'https://plugins.example.com/executor_canary_linux_amd64.tar.gz',
        sha256: '5d5a221fffdf331d1c5c68d9917530ecd102e0def5b5a6d62eeed1c404efb28a',
        dependencies: [{ name: 'kubectl', url: 'https://dl.example.com/release/v1.30.0/bin/linux/amd64/kubectl' }],
      },
      {
        os: 'darwin',
        arch: 'arm64',
        url: 'https://plugins.example.com/executor_canary_darwin_arm64.tar.gz',
        sha256: 'cd6e58b4e954e301abd19001d772846997216d696bcaa58f0bcf04708339ece3',
      },
    ],
    description: 'Sends a part of the traffic to a new version.',
    documentationUrl: 'https://docs.example.com/canary',
    recommended: true,
    configSchema: { value: '{\n  "$schema": "http://json-schema.org/draft-07/schema#",\n  "type": "object"\n}' },
    requestSchema: { url: 'https://schemas.example.com/canary.json' },
  });
  // Without a checksum, at a plain program, by http.
  expect(told(catalogue.releases[1]?.platforms[0] as unknown as Release)).toEqual({
    os: 'linux',
    arch: 'amd64',
    url: 'http://plugins.example.com:8080/1.9/executor_canary_linux_amd64',
  });
});

test('fields of ours stand beside those of Botkube', async () => {
  const catalogue = await readFixture('own-fields.yaml');
  expect(lines(catalogue)).toEqual([]);
  expect(catalogue.releases.map(told)).toEqual([
    {
      name: 'deploy',
      version: '2.0.0-rc.1',
      scheme: 'semver',
      kind: 'plugin',
      prerelease: true,
      requires: { host: 'tool', range: '>=0.1, <2' },
      description: 'Deploys.',
      licence: 'MIT',
      platforms: [
        {
          os: 'any',
          arch: 'any',
          url: 'https://plugins.example.com/deploy-2.0.0-rc.1.tar.gz',
          sha256: '5d5a221fffdf331d1c5c68d9917530ecd102e0def5b5a6d62eeed1c404efb28a',
          size: 12345,
          signature: 'https://plugins.example.com/deploy-2.0.0-rc.1.tar.gz.minisig',
          bin: 'bin/deploy',
          dependencies: [{ name: 'jq', url: 'https://dl.example.com/jq', sha256: 'cd6e58b4e954e301abd19001d772846997216d696bcaa58f0bcf04708339ece3' }],
        },
      ],
    },
    {
      name: 'deploy',
      version: '1.5.0',
      scheme: 'semver',
      kind: 'plugin',
      prerelease: true,
      yanked: 'loses data; use deploy 1.5.1',
      deprecated: '',
      description: 'Deploys.',
      platforms: [{ os: 'darwin', arch: 'amd64', url: 'https://plugins.example.com/deploy-1.5.0.tar.gz' }],
    },
  ]);
});

test('all that is wrong is told at once, with entry, line and remedy, and a bad entry leaves out itself alone', async () => {
  const catalogue = await readFixture('bad-entries.yaml');
  expect(catalogue.releases.map(({ name, version, scheme, platforms }) => [name, version, scheme, platforms[0]?.url])).toEqual([
    ['good', 'v1.0.0', 'semver', 'https://example.com/good'],
    ['remarks', 'nightly', 'opaque', 'https://example.com/r'],
  ]);
  expect(lines(catalogue)).toEqual([
    'entries[1], line 6: field name cannot be empty',
    'entries[2] (../../etc/passwd), line 9: field name "../../etc/passwd" is not allowed; a name is of letters, digits, ".", "_" and "-", begins with a letter or a digit, and holds no ".."',
    'entries[2] (../../etc/passwd), line 9: field version "v1.0.0/.." is not allowed; a version is of letters, digits, ".", "_", "+" and "-", begins with a letter or a digit, holds no "..", and is not "latest"',
    "entries[3] (no-urls), line 13: field urls cannot be empty; list an address for each platform; Botkube's generator leaves them out for programs that are not packed unless it is told -use-archive=false",
    'entries[4] (many-wrong), line 17: field version cannot be empty',
    'entries[4] (many-wrong), line 17: field type is not valid, allowed values are [source executor]',
    'entries[4] (many-wrong), line 20: field urls[0].url cannot be empty',
    'entries[4] (many-wrong), line 17: field urls[0].platform.architecture cannot be empty',
    'entries[4] (many-wrong), line 20: field urls[0].checksum has 4 digits, and a SHA-256 has 64; take what `sha256sum` prints for the file',
    'entries[4] (many-wrong), line 23: field urls[1].url "ssh://example.com/x" is no http or https address',
    'entries[4] (many-wrong), line 23: field urls[1].checksum is no SHA-256 in hex; take what `sha256sum` prints for the file',
    'entries[4] (many-wrong), line 26: field urls[2].url "https://example.com/x" holds a user or a password, which an index shows to everybody',
    'entries[4] (many-wrong), line 26: dependency URL for key "kubectl" and platform "darwin/amd64" cannot be empty',
    'entries[4] (many-wrong), line 26: dependency "../jq" is not allowed; a name is of letters, digits, ".", "_" and "-", begins with a letter or a digit, and holds no ".."',
    'entries[5] (twice), line 37: urls[0] and urls[2] are both for linux/amd64; keep one of them',
    'entries[6] (good), line 38: conflicts with the 1st entry as both have the same type, name, and version; publish a change under a new version',
    'entries[7]: is no mapping',
    'entries[8] (odd), line 43: field version is no text',
    'entries[8] (odd), line 43: field urls is no list',
    'entries[8] (odd), line 43: field requires: ">=1 <2 junk" is not a version range: "junk" cannot be read; write it as ^1.2, ~1.2.3, 1.x or >=1 <3',
    'entries[8] (odd), line 43: field recommended is neither true nor false',
    'entries[8] (odd), line 43: field jsonSchema is no mapping',
    'entries[9] (remarks), line 54: urls[0].platform is "linx/amd64", which is no platform that is known; write it as linux and amd64',
    'entries[9] (remarks), line 53: jsonSchema.value and refURL are mutually exclusive; value counts; pick one',
  ]);
  expect(catalogue.problems.filter(({ disables }) => !disables).map(({ name }) => name)).toEqual(['remarks', 'remarks']);
});

describe('a text that is no index is refused as a whole', () => {
  for (const [what, text, message] of [
    ['anchors', 'entries:\n  - &a { name: x }\n  - *a\n', 'index.yaml:2: anchors and aliases (& and *) are refused in an index'],
    ['an anchor around itself', 'entries: &a\n  - *a\n', 'index.yaml:1: anchors and aliases (& and *) are refused in an index'],
    ['merge keys', 'entries:\n  - <<: { name: x }\n', 'index.yaml:2: merge keys (<<) are refused in an index'],
    ['a key that stands twice', 'entries:\n  - name: x\n    name: y\n', 'index.yaml:3: duplicated mapping key'],
    ['a tag', 'entries: !!js/function "x"\n', 'index.yaml:1: unknown tag !<tag:yaml.org,2002:js/function>'],
    ['two documents', 'entries: []\n---\nentries: []\n', 'index.yaml: expected a single document in the stream, but found more'],
    ['a mapping that is nested too deeply', `entries: ${'['.repeat(20_000)}`, 'index.yaml:1: nesting exceeded maxDepth (24)'],
    ['HTML', '\n<!DOCTYPE html>\n<html></html>', 'index.yaml:1: looks like HTML, a page for people'],
    ['nothing', '', 'index.yaml is no index that is known'],
    ['a text', 'Not Found', 'index.yaml is no index that is known'],
    ['bytes', 'entries: \0', 'index.yaml:1: null byte is not allowed'],
    ['another mapping', 'name: x\n', 'index.yaml is no index that is known'],
    ['a list of other things', '- x\n', 'index.yaml is no index that is known'],
  ] as const) {
    test(what, async () => {
      await expect(read(text)).rejects.toThrow(message);
    });
  }

  test('and a reason repeats no more than a little of it', async () => {
    const error = await read(`entries: !${'x'.repeat(100_000)} y`).catch((reason: Error) => reason);
    expect((error as Error).message).toMatch(/^index\.yaml:1: unknown tag !<!x{150,200}$/);
  });

  test('one that is too large', async () => {
    await expect(read('#'.repeat((32 << 20) + 1))).rejects.toThrow('index.yaml: is larger than 32 MiB');
  });

  test('with what it is instead, where that is known', async () => {
    await expect(read('plugins: { repositories: { acme: { url: https://example.com } } }')).rejects.toMatchObject({
      hint: expect.stringContaining('repository:import'),
    });
    await expect(read('{"supportedVersions": {"x": ["latest"]}}')).rejects.toMatchObject({ hint: expect.stringContaining('without the addresses') });
  });
});

test('a bomb of aliases ends at once', async () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 20 }, (_, at) => `k${at}: &b${at} [${`*${at === 0 ? 'a' : `b${at - 1}`},`.repeat(9)}]`),
  ].join('\n');
  const start = performance.now();
  await expect(read(bomb)).rejects.toThrow('index.yaml:1: anchors and aliases');
  expect(performance.now() - start).toBeLessThan(2000);
});

test('JSON is read as well, tabs included, and an empty index is one', async () => {
  const json = JSON.stringify(
    { entries: [{ name: 'x', type: 'source', version: '1.10', urls: [{ url: 'https://example.com/x', platform: { os: 'linux', architecture: 'amd64' } }] }] },
    null,
    '\t',
  );
  expect((await read(json)).releases.map(({ version }) => version)).toEqual(['1.10']);
  for (const text of ['entries: []', 'entries:', '{"entries": []}', '\ufeffentries: []\r\n']) expect((await read(text)).releases).toEqual([]);
  expect((await read('[]')).format).toBe('versions.json');
  expect(lines(await read('entries: text'))).toEqual(['entries: is no list']);
});

test('words that YAML takes for something else are text', async () => {
  for (const version of ['1.10', '1e3', '0x10', '1_000', '2020-01-25', '007', 'no']) {
    const text = entryWith(`name: x\n    type: source\n    version: ${version}`).replace('amd64', '386');
    const { releases } = await read(text);
    expect(releases.map((release) => [release.version, release.platforms[0]?.arch])).toEqual([[version, '386']]);
  }
});

describe('addresses', () => {
  for (const [url, isTaken] of [
    ['https://example.com/x', true],
    ['http://127.0.0.1:8080/a%20b?c=d&e=f', true],
    ['https://example.com/x.tar.gz//linux-amd64?archive=tar.gz', true],
    ['HTTPS://EXAMPLE.COM/x', true],
    ['https://[::1]/x', true],
    ['https://example.com', true],
    ['git::https://example.com/x', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['//example.com/x', false],
    ['/etc/passwd', false],
    ['https://', false],
    ['https://exa mple.com/x', false],
    ['https://user@example.com/x', false],
    ['https://example.com/\u202ex', false],
    ['https://example.com:99999/x', false],
  ] as const) {
    test(`${url} is ${isTaken ? '' : 'not '}taken`, async () => {
      const { releases } = await read(entryWith('name: x\n    type: source\n    version: 1.0.0').replace('https://example.com/x', url));
      expect(releases.map(({ platforms }) => platforms[0]?.url)).toEqual(isTaken ? [url] : []);
    });
  }
});

test('names are held to what may be in a path', async () => {
  for (const name of ['..', '.hidden', 'a/b', 'a\\b', 'a b', '-x', 'a..b', 'a\nb', 'a'.repeat(201), 'ключ', '__proto__']) {
    const catalogue = await read(entryWith(`name: ${JSON.stringify(name)}\n    type: source\n    version: 1.0.0`));
    expect(catalogue.releases, name).toEqual([]);
    expect(catalogue.problems[0]?.text, name).toMatch(/^field name .* is not allowed$/);
  }
  const good = await read(entryWith('name: constructor\n    type: source\n    version: 1.0.0'));
  expect(good.releases.map(({ name }) => name)).toEqual(['constructor']);
});

test('text of an index does nothing to a terminal', async () => {
  const { releases } = await read(entryWith('name: x\n    type: source\n    version: 1.0.0\n    description: "a\\e[31mb\\ac\\nd"'));
  expect(releases[0]?.description).toBe('ab?c d');
  const { problems } = await read(entryWith('name: "x\\e[31m"\n    type: source\n    version: 1.0.0'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(problems.map(problemText).join('')).not.toMatch(/[\0-\x09\x0b-\x1f]/);
});

test('ten thousand entries are read, and those of one name have the scheme of all', async () => {
  const entry = (n: number): string => entryWith(`name: n${n % 5000}\n    type: executor\n    version: v1.${n}.0`).replace('entries:\n', '');
  const catalogue = await read(`entries:\n${Array.from({ length: 10_000 }, (_, n) => entry(n)).join('')}`);
  expect([catalogue.releases.length, catalogue.problems.length]).toEqual([10_000, 0]);
});

test('whatever became of the text of an index, it is refused, or what is read of it is sound', async () => {
  const texts = ['botkube.yaml', 'own-fields.yaml', 'bad-entries.yaml', 'versions.json', 'krew/plugins/switch.yaml'].map((name) =>
    readFileSync(fixture(name), 'utf8'),
  );
  const piece = fc.oneof(
    fc.constantFrom('', '\n', ' ', '  - ', ': ', '[', '{', '}', '&a ', '*a', '!!str ', '"', "'", '|', '#', '? ', '\0', '..', '/', '@', '%', '\t'),
    fc.string({ maxLength: 5 }),
  );
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), piece);
  const changed = fc.tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 4 })).map(([text, changes]) =>
    changes.reduce((all, [where, length, added]) => {
      const at = Math.floor(where * all.length);
      return all.slice(0, at) + added + all.slice(at + length);
    }, text),
  );
  const isSound = ({ name, version, platforms }: Release): boolean =>
    isReleaseName(name) && isReleaseVersion(version) && platforms.length > 0 && platforms.every(({ url }) => /^https?:\/\//i.test(url));
  await fc.assert(
    fc.asyncProperty(changed, async (text) => {
      const catalogue = await read(text).catch((error: unknown) => {
        if (!isUserError(error)) throw error;
        return undefined;
      });
      return catalogue === undefined || catalogue.releases.every(isSound);
    }),
    { numRuns: 1000 },
  );
});

test('an ordinal is the number that people count', async () => {
  const entry = entryWith('name: x\n    type: source\n    version: 1.0.0').replace('entries:\n', '');
  const other = (n: number): string => entry.replace('1.0.0', `2.${n}.0`);
  const { problems } = await read(`entries:\n${Array.from({ length: 11 }, (_, n) => other(n)).join('')}${entry}${entry}`);
  expect(problems.map(({ where, text }) => `${where}: ${text}`)).toEqual([
    'entries[12]: conflicts with the 12th entry as both have the same type, name, and version',
  ]);
});

describe("kURL's versions.json", () => {
  test('is read as published, with what an older publisher wrote', async () => {
    const catalogue = await readCatalogue(readFileSync(fixture('versions.json'), 'utf8'), { origin: 'versions.json', name: 'kotsadm' });
    expect(catalogue.format).toBe('versions.json');
    expect(catalogue.releases.map(({ name, version, prerelease, requires }) => [name, version, prerelease, requires?.range])).toEqual([
      ['kotsadm', '1.86.0', true, '>= v2022.10.20-0'],
      ['kotsadm', '1.85.0', false, '>= v2022.10.05-0'],
      ['kotsadm', '0.57.0-36.2.0', false, '>= v2022.10.05-0, < v2023.01.01-0'],
      ['kotsadm', '0.1.0', false, undefined],
    ]);
    expect(told(catalogue.releases[1])).toEqual({
      name: 'kotsadm',
      version: '1.85.0',
      scheme: 'semver',
      kind: 'addon',
      prerelease: false,
      platforms: [{ os: 'any', arch: 'any', url: 'https://addons.example.com/kotsadm-1.85.0-a482541.tar.gz' }],
      requires: { host: 'kurl', range: '>= v2022.10.05-0' },
      description: '',
    });
    expect(lines(catalogue)).toEqual([
      '[3] (kotsadm), line 19: has no kurlVersionCompatibilityRange: kURL offers it to nobody; state one, like ">= v2022.10.05-0"',
      expect.stringMatching(
        /^\[4\] \(kotsadm\), line 20: field kurlVersionCompatibilityRange: ">= v2022.10.05-0 junk" is not a version range: "junk" cannot be read; /,
      ),
    ]);
  });

  test('is read as its registry keeps it', async () => {
    const { releases, problems } = await readFixture('addon-registry.json');
    expect(problems).toEqual([]);
    expect(releases.map(told)).toEqual([
      expect.objectContaining({
        name: 'kotsadm',
        requires: { host: 'kurl', range: '>= v2022.10.05-0' },
        platforms: [
          {
            os: 'any',
            arch: 'any',
            url: 'https://addons.example.com/kotsadm-1.85.0-a482541.tar.gz',
            sha256: '5d5a221fffdf331d1c5c68d9917530ecd102e0def5b5a6d62eeed1c404efb28a',
          },
        ],
      }),
    ]);
  });
});

describe("krew's manifests", () => {
  test('are read from a directory that is like its index', async () => {
    const catalogue = await readKrewDirectory(fixture('krew'));
    expect(catalogue.releases.map(({ name }) => name)).toEqual(['switch', 'trace']);
    expect(told(catalogue.releases[0])).toEqual({
      name: 'switch',
      version: 'v0.11.0',
      scheme: 'semver',
      kind: 'binary',
      prerelease: false,
      description: 'Switch between contexts',
      details: 'A utility to switch between contexts\nin a file.',
      caveats: 'Install fzf to choose between them.',
      documentationUrl: 'https://example.com/switch',
      platforms: [
        ...['darwin', 'linux'].map((os) => ({
          os,
          arch: 'any',
          url: 'https://example.com/switch/archive/v0.11.0.tar.gz',
          sha256: '1c8eb6b30c0067f89e5b2f9480865b0e3229a221fadddb644ce192d663c63907',
          bin: 'switch',
          files: [
            { from: 'switch-*/switch', to: '.' },
            { from: 'switch-*/LICENSE', to: 'LICENSE' },
          ],
        })),
        {
          os: 'windows',
          arch: '386',
          url: 'https://example.com/switch/archive/v0.11.0.zip',
          sha256: '2d60559126452b57e3df0612f0475a473363f064da35f817290dbbcd877d1ea8',
          bin: 'switch.exe',
        },
      ],
    });
    expect(catalogue.releases[1]).toMatchObject({ version: 'v0.0.10-alpha', prerelease: true });
    expect(catalogue.releases[1]?.platforms.map(({ os, arch }) => `${os}/${arch}`)).toEqual([
      'linux/any',
      'darwin/any',
      'freebsd/any',
      'openbsd/any',
      'netbsd/any',
    ]);
    expect(lines(catalogue)).toEqual(['plugins/broken.yaml, line 5: duplicated mapping key; tell whoever publishes it']);
  });

  test('are an index each', async () => {
    const { format, releases } = await readFixture('krew/plugins/switch.yaml');
    expect([format, releases.length]).toEqual(['krew', 1]);
  });

  test('a directory without any is refused', async () => {
    await expect(readKrewDirectory(join(PACKAGE, 'docs'))).rejects.toThrow("holds no manifests of krew's");
  });

  const manifest = (platforms: string, more = ''): string =>
    `apiVersion: krew.googlecontainertools.github.com/v1alpha2\nkind: Plugin\nmetadata: { name: x }\nspec:\n  version: v1.0.0\n  shortDescription: x\n${more}  platforms:\n${platforms}`;
  const platform = (selector: string, more = 'bin: x'): string =>
    `    - { uri: 'https://example.com/x', sha256: ${'a'.repeat(64)}, ${more}, selector: ${selector} }\n`;

  for (const [selector, platforms] of [
    ['{ matchLabels: { os: linux, arch: amd64 } }', ['linux/amd64']],
    ['{ matchLabels: { os: linux } }', ['linux/any']],
    ['{ matchLabels: { arch: 386 } }', ['any/386']],
    ['{ matchLabels: { os: linux }, matchExpressions: [{ key: arch, operator: In, values: [arm, arm64] }] }', ['linux/arm', 'linux/arm64']],
    ['{ matchExpressions: [{ key: os, operator: In, values: [linux, darwin] }, { key: os, operator: NotIn, values: [darwin] }] }', ['linux/any']],
    ['{ matchExpressions: [{ key: os, operator: In, values: [linux, darwin] }, { key: os, operator: In, values: [darwin, windows] }] }', ['darwin/any']],
    ['{ matchExpressions: [{ key: os, operator: Exists }] }', ['any/any']],
  ] as const) {
    test(`${selector} picks ${platforms.join(', ')}`, async () => {
      const { releases, problems } = await read(manifest(platform(selector)));
      expect(problems).toEqual([]);
      expect(releases[0]?.platforms.map(({ os, arch }) => `${os}/${arch}`)).toEqual(platforms);
    });
  }

  const linux = '{ matchLabels: { os: linux, arch: amd64 } }';
  for (const [what, text, problem] of [
    [
      'a platform twice',
      manifest(platform(linux) + platform('{ matchLabels: { os: linux } }')),
      'line 9: spec.platforms[0] and spec.platforms[1] are both for linux/any',
    ],
    [
      'a selector that nobody meets',
      manifest(platform('{ matchLabels: { os: linux }, matchExpressions: [{ key: os, operator: NotIn, values: [linux] }] }')),
      'spec.platforms[0].selector picks no platform',
    ],
    [
      'a selector that needs nothing',
      manifest(platform('{ matchExpressions: [{ key: os, operator: DoesNotExist }] }')),
      'spec.platforms[0].selector picks no platform',
    ],
    [
      'a selector that picks a great many',
      manifest(platform(`{ matchExpressions: [{ key: os, operator: In, values: [${Array.from({ length: 401 }, (_, n) => `os${n}`).join(', ')}] }] }`)),
      'spec.platforms[0].selector picks more than 400 platforms',
    ],
    [
      'a great many platforms',
      manifest(Array.from({ length: 401 }, (_, n) => platform(`{ matchLabels: { os: os${n} } }`)).join('')),
      'has more than 400 platforms',
    ],
    ['no selector', manifest(platform('null')), 'spec.platforms[0].selector: nil selector is not supported'],
    ['an empty selector', manifest(platform('{}')), 'spec.platforms[0].selector: empty selector is not supported'],
    ['empty labels', manifest(platform('{ matchLabels: {} }')), 'spec.platforms[0].selector.matchLabels specified but empty'],
    [
      'empty expressions',
      manifest(platform('{ matchLabels: { os: linux }, matchExpressions: [] }')),
      'spec.platforms[0].selector.matchExpressions specified but empty',
    ],
    ['another key', manifest(platform('{ matchLabels: { kernel: x } }')), 'spec.platforms[0].selector: key "kernel" not supported'],
    [
      'another operator',
      manifest(platform('{ matchExpressions: [{ key: os, operator: Like, values: [x] }] }')),
      'operator "Like" is none of In, NotIn, Exists and DoesNotExist',
    ],
    ['no values', manifest(platform('{ matchExpressions: [{ key: os, operator: In }] }')), 'values cannot be empty for In'],
    ['no address', manifest(platform(linux).replace(/uri: [^,]*/, "uri: ''")), 'spec.platforms[0].uri has to be set'],
    ['no checksum', manifest(platform(linux).replace(/sha256: a+/, "sha256: ''")), 'spec.platforms[0].sha256 sum has to be set'],
    ['a short checksum', manifest(platform(linux).replace(/sha256: a+/, 'sha256: abc')), 'field spec.platforms[0].sha256 has 3 digits'],
    ['no program', manifest(platform(linux, "bin: ''")), 'spec.platforms[0].bin has to be set'],
    ['a program outside', manifest(platform(linux, 'bin: ../x')), 'spec.platforms[0].bin "../x" leads out of the plugin'],
    ['no files', manifest(platform(linux, 'bin: x, files: []')), 'spec.platforms[0].files has to be unspecified or non-empty'],
    ['a file from nowhere', manifest(platform(linux, "bin: x, files: [{ to: '.' }]")), 'spec.platforms[0].files[0].from has to be set'],
    [
      'a file to somewhere else',
      manifest(platform(linux, 'bin: x, files: [{ from: x, to: a/../../y }]')),
      'spec.platforms[0].files[0].to "a/../../y" leads out of the plugin',
    ],
    ['no platforms', manifest('').replace('platforms:', 'platforms: []'), 'should have a platform specified'],
    ['no version', manifest(platform(linux)).replace('v1.0.0', "''"), 'should have a version specified'],
    ['another kind', manifest(platform(linux)).replace('kind: Plugin', 'kind: Index'), 'kind "Index" is not supported'],
    ['a later version', manifest(platform(linux)).replace('v1alpha2', 'v2'), 'apiVersion "krew.googlecontainertools.github.com/v2" is not supported'],
    ['no name', manifest(platform(linux)).replace('name: x', "name: ''"), 'field metadata.name cannot be empty'],
  ] as const) {
    test(`${what} is told`, async () => {
      const catalogue = await read(text);
      expect(catalogue.releases).toEqual([]);
      expect(lines(catalogue).join('\n')).toContain(problem);
    });
  }
});
