import { describe, expect, test } from 'vitest';
import { chooseVersion } from '../../src/addons/choose-version.ts';
import { editSpec } from '../../src/addons/edit-spec.ts';
import { externalOf } from '../../src/addons/external.ts';
import type { Offer, OfferOrder } from '../../src/addons/offer.ts';
import { mergeOffers } from '../../src/addons/order.ts';
import { offersOf } from '../../src/addons/read-offers.ts';
import { readSpec } from '../../src/addons/read-spec.ts';
import { readRegistry } from '../../src/addons/registry.ts';
import { resolveSpec } from '../../src/addons/resolve-spec.ts';
import { internalOffer, readSupportedVersions } from '../../src/addons/supported-versions.ts';
import { checkEntry, promoted, type VersionEntry, withVersion } from '../../src/addons/versions-file.ts';
import { calendar } from '../../src/catalogue/versions/calendar.ts';
import { isUserError } from '../../src/errors.ts';

const SUM = '5d5a221fffdf331d1c5c68d9917530ecd102e0def5b5a6d62eeed1c404efb28a';

/** An entry of a registry: version, range, and what else it has. */
const entry = (version: string, range: string | undefined, more: object = {}): object => ({
  version,
  origin: `https://authors.example.org/kotsadm-${version}-a482541.tar.gz`,
  ...(range === undefined ? {} : { kurlVersionCompatibilityRange: range }),
  sha256Sum: SUM,
  ...more,
});

const registryOf = (...entries: object[]) => readRegistry(JSON.stringify({ kotsadm: entries }), 'registry', 'https://s3.kurl.sh/');
const supported = (lists: object) => readSupportedVersions(JSON.stringify({ _comment: 'made', supportedVersions: lists }), 'supported.json');

async function offered(entries: object[], lists: object, hostVersion: string, order: OfferOrder = 'version') {
  return await offersOf({ external: externalOf((await registryOf(...entries)).entries), internal: await supported(lists), hostVersion, order });
}

/** The message of a refusal, with its code. */
async function refusal(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (isUserError(error)) return `${error.code}: ${error.message}; ${error.hint}`;
    throw error;
  }
  return 'nothing was refused';
}

test("golden: kURL's ranges as they are meant (contract registry §2.2)", () => {
  const table: readonly (readonly [version: string, range: string, within: boolean])[] = [
    ['v2022.10.05-0', '>= v2022.10.05-0', true],
    ['v2022.10.06-0', '>= v2022.10.05-0', true],
    ['v2022.10.04-9', '>= v2022.10.05-0', false],
    ['v2022.10.05-10', '>= v2022.10.05-2', true],
    ['v2022.10.05-0', '>= v2022.10.05', true],
    ['v2023.01.01-0', '< v2023.01.01', false],
    ['v2022.10.05-0-abcdef1', '>= v2022.10.05-5', false],
    ['v2023.01.02-0', '>= v2022.10.05-0, < v2023.01.01-0', false],
    ['v2022.12.31-3', '>=v2022.10.05-0,<v2023', true],
    ['v2022.10.05-0', '*', true],
  ];
  for (const [version, range, within] of table)
    expect([version, range, calendar.range(range).has(version, { withPrereleases: true })]).toEqual([version, range, within]);
});

test("golden: what kURL's API merges, in its order and by version (contract registry §2.4)", async () => {
  const entries = [
    entry('1.87.0', '>= v2022.09.20-0'),
    entry('1.86.0', '>= v2022.09.19-2'),
    entry('1.85.0', '>= v2022.09.19-1'),
    entry('1.84.0', '>= v2022.09.19-0'),
    entry('1.83.2', '>= v2022.09.19-0', { isPrerelease: true }),
    entry('1.83.1', undefined),
  ];
  const lists = { kotsadm: ['latest', '1.83.1', '1.83.0', 'alpha', 'nightly'] };
  const suited = (offers: Iterable<Offer> = []) => [...offers].filter(({ unsuited }) => unsuited === undefined).map(({ version }) => version);
  const kurl = (await offered(entries.slice(0, 5), lists, 'v2022.09.19-1', 'kurl')).get('kotsadm');
  expect(suited(kurl)).toEqual(['1.85.0', '1.84.0', '1.83.1', '1.83.0', 'alpha', 'nightly']);
  const all = [...((await offered(entries, {}, 'v2022.09.19-1')).get('kotsadm') ?? [])];
  expect(all.map(({ version, unsuited }) => `${version} ${unsuited ?? 'suits'}`)).toEqual([
    '1.87.0 requires kURL >= v2022.09.20-0, and this is v2022.09.19-1',
    '1.86.0 requires kURL >= v2022.09.19-2, and this is v2022.09.19-1',
    '1.85.0 suits',
    '1.84.0 suits',
    '1.83.2 is a prerelease',
    '1.83.1 states no range of versions of kURL, and is offered to none',
  ]);
});

test('one order of what can be compared, and that of the list for what cannot', () => {
  const offers = (from: Offer['from'], versions: readonly string[]): Offer[] => versions.map((version) => ({ addon: 'a', version, from }));
  const merged = (external: string[], internal: string[], order: OfferOrder = 'version') =>
    mergeOffers(offers('external', external), offers('internal', internal), order).map(({ version }) => version);
  expect(merged(['1.5.0'], ['1.10.0', '1.9.0', '1.5.0', 'alpha'])).toEqual(['1.10.0', '1.9.0', '1.5.0', 'alpha']);
  expect(merged(['1.5.0'], ['1.10.0', 'alpha'], 'kurl')).toEqual(['1.5.0', '1.10.0', 'alpha']);
  expect(merged(['0.60.0'], ['0.57.0-36.2.0', '0.58.0', '0.33.0'])).toEqual(['0.60.0', '0.57.0-36.2.0', '0.58.0', '0.33.0']);
  expect(merged([], ['2020-01-25T02-50-51Z', 'v5', '2022-01-25T02-50-51Z'])).toEqual(['2020-01-25T02-50-51Z', 'v5', '2022-01-25T02-50-51Z']);
  expect(merged(['1.0.0'], ['1.0.0', '1.0.0'])).toEqual(['1.0.0']);
});

test('latest, the latest patch, and a version that is named', () => {
  const internal = (...versions: string[]): Offer[] => versions.map((version) => internalOffer('docker', version));
  const choose = (asked: string, ...versions: string[]) => chooseVersion(asked, internal(...versions), false).offer.version;
  expect(choose('latest', '2.0.0-beta.1', '1.9.0')).toBe('1.9.0');
  expect(choose('latest', 'alpha', 'nightly')).toBe('alpha');
  expect(choose('latest', '0.57.0-36.2.0', '0.33.0')).toBe('0.57.0-36.2.0');
  expect(choose('19.03.x', '20.10.5', '19.03.15', '19.03.4')).toBe('19.03.15');
  expect(choose('19.3.x', '19.03.15')).toBe('19.03.15');
  expect(choose('0.57.x', '0.58.0', '0.57.0-36.2.0')).toBe('0.57.0-36.2.0');
  expect(choose('v5', 'v5')).toBe('v5');
});

test.each([
  ['1.2.x', 'no-such-version: minio has no version for 1.2.x; there are 2.0.0, 1.0.0'],
  ['1.0.1', 'no-such-version: minio has no version 1.0.1; nearest: 1.0.0; there are 2.0.0, 1.0.0'],
  ['2.0.0', 'addon-not-suited: minio 2.0.0 is a prerelease; see those that suit with addon:versions minio, or use --force'],
  ['2.0.x', 'no-such-version: minio has no version for 2.0.x: 2.0.0 is a prerelease; ask for another version, or update the host'],
])('%s is refused', async (asked, expected) => {
  const offers: Offer[] = [
    { addon: 'minio', version: '2.0.0', from: 'external', unsuited: 'is a prerelease' },
    { addon: 'minio', version: '1.0.0', from: 'internal' },
  ];
  expect(await refusal(() => chooseVersion(asked, offers, false))).toBe(expected);
});

describe('a registry', () => {
  test('that has a version twice offers the first of them, whatever suits', async () => {
    const offers = (await offered([entry('1.0.0', '>= v2022.10.05-0'), entry('1.0.0', '*'), entry('0.9.0', '*')], {}, 'v2022.09.01-0')).get('kotsadm') ?? [];
    expect([...offers].map(({ version, unsuited }) => `${version} ${unsuited ?? 'suits'}`)).toEqual([
      '1.0.0 requires kURL >= v2022.10.05-0, and this is v2022.09.01-0',
      '0.9.0 suits',
    ]);
  });

  test("has upstream's base names for keys, and keys of its own", async () => {
    const { entries, problems } = await registryOf(
      entry('1.85.0', '>= v2022.10.05-0'),
      entry('1.84.0+2', '*', { key: 'external/kotsadm-1.84.0+2.tar.gz', size: 12 }),
      entry('1.83.0', undefined, { hostVersionCompatibilityRange: '>= v2022.10.05-0' }),
      entry('1.82.0', undefined, { kurlVersionCompatibility: '>= v2022.10.05-0' }),
    );
    expect(problems).toEqual([]);
    expect(entries.map(({ url, release }) => [url, release.requires?.range, release.platforms[0]?.size])).toEqual([
      ['https://s3.kurl.sh/external/kotsadm-1.85.0-a482541.tar.gz', '>= v2022.10.05-0', undefined],
      ['https://s3.kurl.sh/external/kotsadm-1.84.0%2B2.tar.gz', '*', 12],
      ['https://s3.kurl.sh/external/kotsadm-1.83.0-a482541.tar.gz', '>= v2022.10.05-0', undefined],
      ['https://s3.kurl.sh/external/kotsadm-1.82.0-a482541.tar.gz', '>= v2022.10.05-0', undefined],
    ]);
  });

  test.each([
    [entry('1.0.0', '>= v2022.10.05-0 junk'), '"junk" cannot be read'],
    [entry('1.0.0', '>= v2022.13.45-0'), 'v2022.13.45-0'],
    [entry('1.0.0', 'garbage'), 'garbage'],
    [entry('1.0.0', '*', { key: '../outside.tar.gz' }), 'leads to no object of the mirror'],
    [entry('1.0.0', '*', { key: '/etc/passwd' }), 'leads to no object of the mirror'],
    [entry('1.0.0', '*', { size: -1 }), 'field size is no whole number'],
    [entry('1.0.0', '*', { sha256Sum: 'abc' }), 'field sha256Sum'],
    [entry('../1', '*'), 'field version'],
  ])('leaves %j out', async (bad, why) => {
    const { entries, problems } = await registryOf(bad, entry('0.9.0', '*'));
    expect(entries.map(({ release }) => release.version)).toEqual(['0.9.0']);
    expect(problems.filter(({ disables }) => disables).map(({ text }) => text)).toEqual([expect.stringContaining(why)]);
  });

  test('of the old shape, and an empty one', async () => {
    expect(await refusal(() => readRegistry('[]', 'r.json', ''))).toContain('not-an-index: r.json is a list, and a registry has lists by add-on');
    expect(await readRegistry('{}\n', 'r.json', '')).toEqual({ entries: [], problems: [] });
    expect((await registryOf(entry('1.0.0', '*'), entry('1.0.0', '*'))).problems.map(({ text }) => text)).toEqual([
      expect.stringContaining('conflicts with the 1st entry'),
    ]);
  });
});

const SPEC = `# the host's add-ons
spec:
  certManager: {version: "latest"} # flow
  kurl:
    installerVersion: v2022.10.06-0
  kotsadm:
    applicationSlug: 'demo'   # kept
    version:   1.85.x   # the newest patch
    uiBindPort: 8800
  minio:
    s3Override: https://own.example.org/minio.tar.gz
    version: 'latest'
`;

async function resolved(text: string, { isForced = false, knowsInternal = true, hostVersion = 'v2022.10.06-0' } = {}) {
  const lists = { 'cert-manager': ['1.9.1'], minio: ['2020-01-25T02-50-51Z'] };
  const entries = [entry('1.86.0', '>= v2023.01.01-0'), entry('1.85.0', '>= v2022.10.05-0')];
  return resolveSpec(await readSpec(text, 'spec.yaml'), await offered(entries, lists, hostVersion), { isForced, knowsInternal, origin: 'spec.yaml' });
}

test('every byte of a spec is kept that is not resolved, and it is resolved once', async () => {
  const expected = SPEC.replace('"latest"', '"1.9.1"')
    .replace("'latest'", "'2020-01-25T02-50-51Z'")
    .replace(
      '1.85.x   # the newest patch\n',
      `1.85.0   # the newest patch\n    s3Override: https://s3.kurl.sh/external/kotsadm-1.85.0-a482541.tar.gz\n    sha256: ${SUM}\n`,
    );
  const { text, addons } = await resolved(SPEC);
  expect(text).toBe(expected);
  expect(addons.map(({ addon, from, version }) => `${addon} ${from} ${version}`)).toEqual([
    'cert-manager internal 1.9.1',
    'kotsadm external 1.85.0',
    'minio spec 2020-01-25T02-50-51Z',
  ]);
  expect((await resolved(text)).text).toBe(text);
  const crlf = SPEC.replaceAll('\n', '\r\n');
  expect((await resolved(crlf)).text).toBe(expected.replaceAll('\n', '\r\n'));
  expect((await resolved('spec: {kotsadm: {version: latest}}')).text).toBe(
    `spec: {kotsadm: {version: 1.85.0, s3Override: https://s3.kurl.sh/external/kotsadm-1.85.0-a482541.tar.gz, sha256: ${SUM}}}`,
  );
});

test('a version that is named and does not suit is taken by force, and by the package that the spec names', async () => {
  const text = 'spec:\n  kotsadm:\n    version: 1.86.0\n';
  expect(await refusal(() => resolved(text))).toContain('addon-not-suited: kotsadm 1.86.0 requires kURL >= v2023.01.01-0, and this is v2022.10.06-0');
  expect((await resolved(text, { isForced: true })).addons[0]).toMatchObject({
    version: '1.86.0',
    from: 'external',
    forced: expect.stringContaining('requires'),
  });
  const own = `${text}    s3Override: https://own.example.org/k.tar.gz\n`;
  expect(await resolved(own)).toMatchObject({ text: own, addons: [{ from: 'spec' }] });
});

test.each(['"', "'", ''])('a value with quotes in it is read back where %s stood', async (quote) => {
  const s3Override = `file:///home/o'brien/"a".tar.gz`;
  const { text, addons } = await readSpec(`spec: {a: {version: "1", s3Override: ${quote}x${quote}}}`, 'spec.yaml');
  const edited = editSpec(
    text,
    addons.map((addon) => ({ addon, version: '1', s3Override })),
  );
  expect((await readSpec(edited, 'spec.yaml')).addons[0]?.s3Override?.text).toBe(s3Override);
});

test('the version of a package that the spec names leads to no path', async () => {
  const text = (version: string): string => `spec:\n  kotsadm:\n    version: "${version}"\n    s3Override: https://own.example.org/k.tar.gz\n`;
  for (const version of ['1/../../../../etc/cron.d/x', '../x', '1.0 0', '1..0'])
    expect(await refusal(() => resolved(text(version)))).toContain(`bad-spec: spec.yaml:2: "${version}" cannot be the version of kotsadm`);
});

test('an add-on that nothing is known of', async () => {
  const text = 'spec:\n  kotsadn:\n    version: latest\n';
  expect(await refusal(() => resolved(text))).toBe('no-such-addon: spec.yaml:2: there is no add-on kotsadn; did you mean kotsadm?');
  const other = 'spec:\n  registry:\n    version: 2.8.1\n';
  expect((await resolved(other, { knowsInternal: false })).addons).toMatchObject([{ from: 'unknown' }]);
  expect(await refusal(() => resolved(other))).toContain('no-such-addon: spec.yaml:2: there is no add-on registry');
});

test.each([
  ['spec: {a: {version: 1}', 'bad-spec: spec.yaml:1:'],
  ['spec:\n  a:\n    version: 1\n   b: 2\n', 'bad-spec: spec.yaml:4:'],
  ['spec: {}\n---\nspec: {}\n', 'bad-spec: spec.yaml:2:1: a second document begins'],
  ['spec:\n  a: &x {version: 1.0.0}\n  b: *x\n', 'bad-spec: spec.yaml:2:'],
  ['spec:\n  a: {version: 1.0.0}\n  b: *x\n', 'bad-spec: spec.yaml:3:'],
  ['spec:\n  a: {version: 1.0.0}\n  a: {version: 1.0.0}\n', 'bad-spec: spec.yaml:3:3:'],
  ['spec:\n  a: {version: [1]}\n', 'bad-spec: spec.yaml:2:'],
  ['spec:\n  ../a: {version: 1}\n', 'bad-spec: spec.yaml:2:3: "../a" cannot be the name'],
  ['spec: 1\n', 'bad-spec: spec.yaml:1:7: has no mapping "spec"'],
  ['[]', 'bad-spec: spec.yaml:1:1: is no spec'],
  ['', 'bad-spec: spec.yaml:1:1: is no spec'],
])('the spec %j is refused with line and column', async (text, expected) => {
  expect(await refusal(() => readSpec(text, 'spec.yaml'))).toContain(expected);
});

test.each([
  ['{}', 'has no mapping "supportedVersions"'],
  ['{"supportedVersions":{"a":"1"}}', 'a has no list of versions'],
  ['{"supportedVersions":{"../a":[]}}', 'is not allowed'],
  ['{"supportedVersions":{"a":["../1"]}}', 'which is not allowed'],
])('what is in the host cannot be read from %s', async (text, expected) => {
  expect(await refusal(() => readSupportedVersions(text, 's.json'))).toContain(expected);
});

describe('a versions.json', () => {
  const made = (version: string, more: Partial<VersionEntry> = {}): VersionEntry => ({
    version,
    url: `https://authors.example.org/k-${version}.tar.gz`,
    kurlVersionCompatibilityRange: '>= v2022.10.05-0',
    isPrerelease: false,
    ...more,
  });
  const versions = (text: string): string[] => (JSON.parse(text) as VersionEntry[]).map(({ version }) => version);

  test('has each version once, newest first, and no version changes', async () => {
    let text = '';
    for (const version of ['1.9.0', '1.10.0', '1.8.0']) ({ text } = await withVersion(text, 'v.json', made(version), false));
    expect(versions(text)).toEqual(['1.10.0', '1.9.0', '1.8.0']);
    expect(await withVersion(text, 'v.json', made('1.9.0'), false)).toEqual({ text, isChanged: false });
    const other = made('1.9.0', { kurlVersionCompatibilityRange: '*' });
    expect(await refusal(() => withVersion(text, 'v.json', other, false))).toContain('release-changed: v.json has 1.9.0 already');
    expect(versions((await withVersion(text, 'v.json', other, true)).text)).toEqual(['1.10.0', '1.9.0', '1.8.0']);
  });

  test('has a prerelease until it is promoted', async () => {
    const { text } = await withVersion('', 'v.json', made('1.0.0', { isPrerelease: true }), false);
    const after = await promoted(text, 'v.json', '1.0.0');
    expect(JSON.parse(after.text)).toEqual([made('1.0.0')]);
    expect(await promoted(after.text, 'v.json', '1.0.0')).toEqual({ text: after.text, isChanged: false });
    expect(await refusal(() => promoted(text, 'v.json', '1.0.1'))).toBe('no-such-version: v.json has no version 1.0.1; it has 1.0.0');
  });

  test.each([
    ['{}', 'bad-index: v.json is no list of versions'],
    ['[{"version": "1.0.0"}]', 'bad-index: v.json has a fault'],
    ['[{version: 1.0.0, url: "https://a.example.org/b", kurlVersionCompatibilityRange: "*"}]', 'bad-index: v.json is YAML, and no JSON'],
    ['[', 'bad-index: v.json:'],
  ])('that says %s is not edited', async (text, expected) => {
    expect(await refusal(() => withVersion(text, 'v.json', made('1.0.0'), false))).toContain(expected);
  });

  test.each<[string, VersionEntry, string]>([
    ['../k', made('1.0.0'), 'bad-value: --name'],
    ['k', made('../1'), 'bad-value: --version'],
    ['k', made('1.0.0', { url: 'ftp://a.example.org/b' }), 'bad-value: --url'],
    ['k', made('1.0.0', { kurlVersionCompatibilityRange: '>= v2022.10.05-0 junk' }), 'bad-version-range'],
  ])('takes no %s %j', async (name, entry, expected) => {
    expect(await refusal(() => checkEntry(name, entry))).toContain(expected);
  });
});
