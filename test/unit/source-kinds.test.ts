import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { UserError } from '../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../src/sources/archive/policy.ts';
import { stageArchive } from '../../src/sources/archive/stage.ts';
import { catalogue } from '../../src/sources/catalogue/kind.ts';
import type { CatalogueSource } from '../../src/sources/catalogue/source.ts';
import { classify } from '../../src/sources/classify.ts';
import type { SourceKind } from '../../src/sources/kind.ts';
import { KINDS, type KnownSource } from '../../src/sources/kinds.ts';
import { howToFollow, kindOf, meets, readSource, sourceText, writtenSource } from '../../src/sources/source.ts';
import { declaration, readEntry, requestFrom } from '../../src/sync/declared-plugins.ts';
import { type LockedPlugin, parseLock, renderLock } from '../../src/sync/lockfile.ts';

const HASH = 'ab'.repeat(32);
const DIGEST = `sha256:${HASH}`;
const OTHER = 'cd'.repeat(32);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

let scratch: string | undefined;
afterEach(() => scratch && rmSync(scratch, { recursive: true, force: true }));

/** A release that a repository lists for two platforms. */
function released(words: Partial<CatalogueSource> = {}): CatalogueSource {
  const url = 'https://host/p-amd64';
  const platforms = [
    { os: 'linux', arch: 'amd64', url, sha256: HASH, bin: 'p', files: [{ from: '*', to: '.' }] },
    { os: 'linux', arch: 'arm64', url: 'https://host/p-arm64', sha256: OTHER, dependencies: [{ name: 'jq', url: 'https://host/jq' }] },
  ];
  return {
    kind: 'catalogue',
    repository: 'acme',
    name: 'p',
    version: '1.2.0',
    wish: '',
    exact: false,
    platform: { os: 'linux', arch: 'amd64' },
    isPlatformAsked: false,
    url,
    sha256: HASH,
    release: { kind: 'binary', description: 'd', platforms },
    ...words,
  };
}

/** A source of every kind, and how it stands in tool.lock and under [plugins]. */
const EACH: readonly (readonly [KnownSource, lock: string, declared: string])[] = [
  [
    { kind: 'git', url: 'https://host/p', committish: 'v1', tag: 'v1', commit: COMMIT, exact: true },
    `git = "https://host/p"\ncommittish = "v1"\ntag = "v1"\ncommit = "${COMMIT}"\nfollows = "tag"`,
    'p = { git = "https://host/p", committish = "v1" }',
  ],
  [
    { kind: 'git', url: 'https://host/p', version: '^1', tag: 'v1.2', commit: COMMIT, exact: false },
    `git = "https://host/p"\nrange = "^1"\ntag = "v1.2"\ncommit = "${COMMIT}"\nfollows = "range"`,
    'p = { git = "https://host/p", version = "^1" }',
  ],
  [
    { kind: 'archive', url: 'https://host/p.tgz', sha256: HASH },
    `archive = "https://host/p.tgz"\nsha256 = "${HASH}"`,
    'p = { archive = "https://host/p.tgz" }',
  ],
  [
    released({ wish: '^1.2' }),
    `catalogue = "acme/p"\nrelease = "1.2.0"\nwish = "^1.2"\nfollows = "range"\nkind = "binary"\ndescription = "d"\nplatform = "linux/amd64"`,
    '"acme/p" = "^1.2"',
  ],
  [
    released({ type: 'executor', wish: '1.2.0', exact: true, isPlatformAsked: true }),
    `catalogue = "acme/p"\ntype = "executor"\nrelease = "1.2.0"\nwish = "1.2.0"\nfollows = "version"\nkind = "binary"\ndescription = "d"\nplatform = "linux/amd64"\nplatform-is = "asked for"`,
    'p = { catalogue = "acme/p", version = "1.2.0", platform = "linux/amd64" }',
  ],
  [
    { kind: 'oci', url: 'oci://host:5000/a/p', version: '*', tag: '1.2.0', digest: DIGEST, exact: false },
    `oci = "oci://host:5000/a/p"\nrange = "*"\ntag = "1.2.0"\ndigest = "${DIGEST}"\nfollows = "range"`,
    'p = { oci = "oci://host:5000/a/p" }',
  ],
  [
    { kind: 'oci', url: 'oci://host/p', version: '^1', tag: '1.2.0', digest: DIGEST, exact: false },
    `oci = "oci://host/p"\nrange = "^1"\ntag = "1.2.0"\ndigest = "${DIGEST}"\nfollows = "range"`,
    'p = { oci = "oci://host/p", version = "^1" }',
  ],
  [
    { kind: 'oci', url: 'oci://host/p', tag: 'stable', digest: DIGEST, exact: false },
    `oci = "oci://host/p"\ntag = "stable"\ndigest = "${DIGEST}"\nfollows = "tag"`,
    'p = { oci = "oci://host/p:stable" }',
  ],
  [
    { kind: 'oci', url: 'oci://host/p', digest: DIGEST, exact: true },
    `oci = "oci://host/p"\ndigest = "${DIGEST}"\nfollows = "digest"`,
    `p = { oci = "oci://host/p@${DIGEST}" }`,
  ],
  [
    { kind: 'oci', url: 'oci://host/p', tag: '1.2.0', digest: DIGEST, exact: true },
    `oci = "oci://host/p"\ntag = "1.2.0"\ndigest = "${DIGEST}"\nfollows = "digest"`,
    `p = { oci = "oci://host/p:1.2.0@${DIGEST}" }`,
  ],
  [{ kind: 'directory', path: '/srv/p' }, 'path = "/srv/p"', 'p = { path = "/srv/p" }'],
  [{ kind: 'link', path: '/srv/p' }, 'link = "/srv/p"', 'p = { path = "/srv/p", link = true }'],
  [
    { kind: 'addon', name: 'p', version: '1.85.0', url: 'https://host/p.tar.gz', sha256: HASH, role: 'install', config: '' },
    `addon = "https://host/p.tar.gz"\nname = "p"\nrelease = "1.85.0"\nsha256 = "${HASH}"`,
    `p = { addon = "https://host/p.tar.gz", version = "1.85.0", checksum = "${DIGEST}" }`,
  ],
  [
    { kind: 'addon', name: 'p', version: '2020-01-25T02-50-51Z', url: 'file:///p.tar.gz', sha256: HASH, role: 'join', config: OTHER },
    `addon = "file:///p.tar.gz"\nname = "p"\nrelease = "2020-01-25T02-50-51Z"\nsha256 = "${HASH}"\nrole = "join"\nconfig = "${OTHER}"`,
    `p = { addon = "file:///p.tar.gz", version = "2020-01-25T02-50-51Z", checksum = "${DIGEST}" }`,
  ],
  [
    { kind: 'import', path: '/srv/ops/justfile', as: 'just', name: 'ops' },
    'import = "/srv/ops/justfile"\nas = "just"\nname = "ops"',
    'p = { import = "/srv/ops/justfile", as = "just" }',
  ],
];

const locked = (source: KnownSource): LockedPlugin => ({
  name: 'p',
  version: '1',
  source,
  hash: kindOf(source).isCopy ? HASH : '',
  enabled: true,
  pinned: false,
});

test.each(EACH)('%o goes into a lock, a receipt and tool.toml, and comes back', (source, lock, declared) => {
  const text = renderLock([locked(source)]);
  expect(text).toContain(`[plugins.p]\nversion = "1"\n${lock}\n`);
  expect(parseLock(text, 'tool.lock')).toEqual([locked(source)]);
  // As a lock is compared with what is installed.
  expect(
    isDeepStrictEqual(
      parseLock(text, 'tool.lock'),
      [locked(source)].map((one) => structuredClone(one)),
    ),
  ).toBe(true);
  expect(readSource(JSON.parse(JSON.stringify(writtenSource(source))))).toEqual(source);
  expect(declaration('p', source)).toBe(declared);
});

test.each<[kind: keyof typeof KINDS, how: string]>([
  ['git', '`tool plugin:update p BRANCH` follows a branch'],
  ['oci', '`tool plugin:update p TAG` follows a tag'],
  ['catalogue', '`tool plugin:update p RANGE` follows a range'],
])('what a plugin of the kind %s could follow is told', (kind, how) => {
  const [source] = EACH.find(([one]) => one.kind === kind) as (typeof EACH)[0];
  expect(howToFollow(source, 'tool plugin:update', 'p')).toBe(how);
});

test('receipts go on to say whether a repository’s tag or commit is pinned', () => {
  const [[git]] = EACH as [(typeof EACH)[0]];
  expect(writtenSource(git)).toEqual({ kind: 'git', url: 'https://host/p', committish: 'v1', tag: 'v1', commit: COMMIT, pinned: true });
});

interface ShelfSource {
  readonly kind: 'shelf';
  readonly item: string;
  readonly edition: string;
}

/** A kind that there is not: `shelf:ITEM`, whose editions are words. */
const shelf: SourceKind<ShelfSource> = {
  name: 'shelf',
  isCopy: true,
  isAsked: false,
  hasVersions: true,
  isPacked: false,
  isNamed: false,
  nameOf: (address) => address.slice('shelf:'.length),
  read: (kept) => kept as ShelfSource,
  write: (source) => source,
  text: ({ item, edition }) => `${item} in its ${edition} edition`,
  follows: () => 'shelf',
  parse: ({ source }) => (source.startsWith('shelf:') ? source : undefined),
  expected: ({ version = '' }, address) => ({ kind: 'shelf', item: address, edition: version }),
  stage: async () => {
    throw new UserError('source-gone', 'the shelf is empty');
  },
  isUnchanged: async () => false,
  update: (_source, _words, address) => ({ request: { source: address, link: false } }),
  compare: async () => ({ state: 'current' }),
  place: ({ item }) => item,
  published: () => undefined,
  authorPlace: ({ item }) => item,
  isExact: () => false,
  standsAt: () => undefined,
  sameWords: () => true,
  isSame: () => true,
  lockKey: 'shelf',
  toLock: ({ item, edition }) => ({ shelf: item, edition }),
  fromLock(item, { text, wrong }) {
    const edition = text('edition');
    if (edition === undefined) throw wrong('has no "edition"');
    return { kind: 'shelf', item, edition };
  },
  again: (_source, address) => ({ source: address, link: false }),
  declaredKeys: ['shelf', 'version'],
  mayBePath: false,
  toDeclaration: ({ item, edition }) => ({ shelf: item, version: edition }),
  meets: ({ item, edition }, { source, version }) => item === source && edition === version,
};

test('a kind is one module and one line in the table', () => {
  const kinds = { shelf, ...KINDS };
  const source: ShelfSource = { kind: 'shelf', item: 'shelf:greet', edition: 'first' };
  const plugin = { ...locked(source as never), source: source as never };
  const text = renderLock([plugin], kinds);
  expect(text).toContain('[plugins.p]\nversion = "1"\nshelf = "shelf:greet"\nedition = "first"\nsource = ');
  expect(parseLock(text, 'tool.lock', kinds)).toEqual([plugin]);
  expect(renderLock(parseLock(text, 'tool.lock', kinds), kinds)).toBe(text);
  expect(() => parseLock(text.replace('edition', 'volume'), 'tool.lock', kinds)).toThrow('tool.lock: the plugin p has no "edition"');
  expect(() => parseLock(text, 'tool.lock')).toThrow(
    'tool.lock: the plugin p has no "addon", "git", "archive", "oci", "catalogue", "path", "link" or "import"',
  );

  expect(declaration('p', source as never, {}, kinds)).toBe('p = { shelf = "shelf:greet", version = "first" }');
  const request = requestFrom('/home', 'p', { shelf: 'shelf:greet', version: 'first' }, kinds);
  expect(request).toMatchObject({ source: 'shelf:greet', version: 'first', link: false });
  expect(() => requestFrom('/home', 'p', { shelf: 'shelf:greet' })).toThrow('has a key "shelf", which means nothing');
  expect(classify(request, kinds)).toEqual({ kind: shelf, address: 'shelf:greet' });
  expect([meets(source, request, kinds), meets(source, { ...request, version: 'second' }, kinds), meets(source, request)]).toEqual([true, false, false]);
  expect([sourceText(source, kinds), sourceText({ kind: 'unknown' }, kinds)]).toEqual(['shelf:greet in its first edition', 'put there by hand']);
});

test.each<[words: object, request: object, isMet: boolean]>([
  [{}, { source: 'acme/p' }, true],
  [{}, { source: 'p' }, true],
  [{}, { source: 'acme/p@latest' }, true],
  [{}, { source: 'acme/p', version: 'latest' }, true],
  [{}, { source: 'other/p' }, false],
  [{}, { source: 'acme/q' }, false],
  [{}, { source: 'acme/p', version: '^1.2' }, false],
  [{ wish: '^1.2' }, { source: 'acme/p@^1.2' }, true],
  [{ wish: '^1.2' }, { source: 'acme/p' }, false],
  [{ type: 'executor' }, { source: 'acme/p' }, true],
  [{ type: 'executor' }, { source: 'acme/p', type: 'executor' }, true],
  [{ type: 'executor' }, { source: 'acme/p', type: 'source' }, false],
  [{}, { source: 'acme/p', platform: 'linux/amd64' }, true],
  [{}, { source: 'acme/p', platform: 'linux/arm64' }, false],
  [{ isPlatformAsked: true }, { source: 'acme/p' }, false],
])('a release that came with %o meets %o: %s', (words, request, isMet) => {
  expect(meets(released(words), { link: false, isNamed: true, ...request } as never)).toBe(isMet);
});

test.each<[words: object, request: object, isMet: boolean]>([
  [{ version: '*', tag: '1' }, { source: 'oci://host/p' }, true],
  [{ version: '*', tag: '1' }, { source: 'oci://host/p', version: '*' }, true],
  [{ version: '*', tag: '1' }, { source: 'oci://host/p:1' }, false],
  [{ version: '*', tag: '1' }, { source: 'oci://host/q' }, false],
  [{ version: '*', tag: '1' }, { source: 'https://host/p' }, false],
  [{ version: '^1', tag: '1' }, { source: 'oci://host/p', version: '^1' }, true],
  [{ version: '^1', tag: '1' }, { source: 'oci://host/p', version: '^2' }, false],
  [{ tag: '1' }, { source: 'oci://host/p:1' }, true],
  [{ tag: '1' }, { source: 'oci://host/p', committish: '1' }, true],
  [{ tag: '1' }, { source: 'oci://host/p:2' }, false],
  [{ tag: '1' }, { source: `oci://host/p:1@${DIGEST}` }, false],
  [{ exact: true }, { source: `oci://host/p@${DIGEST}` }, true],
  [{ exact: true }, { source: `oci://host/p@sha256:${OTHER}` }, false],
  [{ exact: true, tag: '1' }, { source: 'oci://host/p:1' }, false],
])('an image that came with %o meets %o: %s', (words, request, isMet) => {
  expect(meets({ kind: 'oci', url: 'oci://host/p', digest: DIGEST, exact: false, ...words } as KnownSource, { link: false, ...request } as never)).toBe(isMet);
});

test.each([
  ['oci = "oci://host/p"', 'oci = "oci://host/p:1"', 'has an "oci" that is not oci://HOST/NAME'],
  ['oci = "oci://host/p"', 'oci = "oci://host/../p"', 'has an "oci" that is not oci://HOST/NAME'],
  [DIGEST, 'sha256:12', 'has no "digest" of sha256: and 64 hexadecimal digits'],
  ['tag = "stable"', 'tag = "../stable"', 'has no "tag" that can be one'],
  ['tag = "stable"', '', 'has no "tag" that can be one'],
])('a lock of an image with %s as %s is refused', (was, is, problem) => {
  const text = renderLock([locked({ kind: 'oci', url: 'oci://host/p', tag: 'stable', digest: DIGEST, exact: false })]).replace(was, is);
  expect(() => parseLock(text, 'tool.lock')).toThrow(problem);
});

test.each([
  ['import = "/srv/ops"', 'import = "srv/ops"', 'has an "import" that is no absolute path'],
  ['as = "scripts"', 'as = "spells"', 'has no "as" that is known'],
  ['name = "ops"', 'name = "../ops"', 'has no "name" of a plugin'],
])('a lock of an import with %s as %s is refused', (was, is, problem) => {
  const text = renderLock([locked({ kind: 'import', path: '/srv/ops', as: 'scripts', name: 'ops' })]).replace(was, is);
  expect(() => parseLock(text, 'tool.lock')).toThrow(problem);
});

test.each([
  ['addon = "https://host/p"', 'addon = "host/p"', 'has an "addon" that is no http, https or file address'],
  [HASH, 'ab', 'has no "sha256" of 64 hexadecimal digits'],
  ['role = "join"', 'role = "leave"', 'has a "role" that is not install or join'],
  ['name = "p"', 'name = "../p"', 'has no "name", "release" or "config" of an add-on'],
  ['release = "1.85.0"', 'release = "../1"', 'has no "name", "release" or "config" of an add-on'],
])('a lock of an add-on with %s as %s is refused', (was, is, problem) => {
  const text = renderLock([locked({ kind: 'addon', name: 'p', version: '1.85.0', url: 'https://host/p', sha256: HASH, role: 'join', config: '' })]).replace(
    was,
    is,
  );
  expect(() => parseLock(text, 'tool.lock')).toThrow(problem);
});

test('an add-on is asked for as one under [plugins], and is what a lock has by its version and checksum', () => {
  const request = requestFrom('/home', 'p', { addon: 'https://host/p.tar.gz', version: '1.85.0', checksum: DIGEST });
  expect(request).toMatchObject({ source: 'https://host/p.tar.gz', addon: { name: 'p', version: '1.85.0', sha256: HASH }, link: false });
  expect(request.checksum).toBeUndefined();
  expect(classify(request)).toEqual({ kind: KINDS.addon, address: 'https://host/p.tar.gz' });
  const source: KnownSource = { kind: 'addon', name: 'p', version: '1.85.0', url: 'https://host/p.tar.gz', sha256: HASH, role: 'install', config: '' };
  expect([
    meets(source, request),
    meets({ ...source, version: '1.86.0' } as KnownSource, request),
    meets({ ...source, sha256: OTHER } as KnownSource, request),
  ]).toEqual([true, false, false]);
});

test('an import is asked for as one, under [plugins] as on the command line', () => {
  const request = requestFrom('/home', 'ops', { import: 'scripts', as: 'make' });
  expect(request).toMatchObject({ source: '/home/scripts', imports: { as: 'make', name: 'ops' } });
  expect(classify(request)).toEqual({ kind: KINDS.import, address: '/home/scripts' });
  expect(requestFrom('/home', 'ops', { import: 'path:acme-' })).toMatchObject({ source: 'path:acme-' });
  expect(() => requestFrom('/home', 'ops', { import: 'x', as: 'spells' })).toThrow('the plugin ops has an "as" that is not one of sub, mise,');
});

test('a name of a repository stands for a table under [plugins]', () => {
  const request = { source: 'acme/p', version: '^1.2', isNamed: true, link: false };
  expect(readEntry('/home', 'acme/p', '^1.2')).toEqual(['p', expect.objectContaining(request)]);
  expect(readEntry('/home', 'q', { catalogue: 'acme/p', version: '^1.2', type: 'source' })).toEqual([
    'q',
    expect.objectContaining({ ...request, type: 'source' }),
  ]);
  expect(declaration('q', released({ wish: '^1.2' }))).toBe('q = { catalogue = "acme/p", version = "^1.2" }');
  expect(declaration('p', released(), { type: 'source' })).toBe('p = { catalogue = "acme/p", version = "latest", type = "source" }');
  expect(() => readEntry('/home', 'p', '^1.2')).toThrow('the plugin p is no inline table');
  expect(() => readEntry('/home', 'acme/a..b', '^1.2')).toThrow('plugin name "a..b" is not allowed');
  expect(() => readEntry('/home', 'acme/p@1', '^1.2')).toThrow('has a name that no plugin can have');
});

test('a lock made on one machine is held to its checksums on another', () => {
  const [here, elsewhere] = hostPlatform().arch === 'arm64' ? ['arm64', 'amd64'] : ['amd64', 'arm64'];
  const at = (arch: string, words: Partial<CatalogueSource> = {}) => {
    const offered = released().release.platforms.find((one) => one.arch === arch);
    return released({ platform: { os: 'linux', arch }, url: offered?.url ?? '', sha256: offered?.sha256 ?? '', ...words });
  };
  const same = (locked: CatalogueSource, source: CatalogueSource): unknown => catalogue.isSameElsewhere?.(locked, source);
  expect(same(at(elsewhere), at(here))).toBe(true);
  expect(same(at(here), at(here))).toBe(false);
  expect(same(at(elsewhere), at(here, { sha256: 'ef'.repeat(32) }))).toBe(false);
  expect(same(at(elsewhere), at(here, { version: '1.3.0' }))).toBe(false);
  expect(same(at(elsewhere), at(here, { wish: '^1' }))).toBe(false);
  expect(same(at(elsewhere, { isPlatformAsked: true }), at(here, { isPlatformAsked: true }))).toBe(false);
  const [amd64, arm64] = released().release.platforms;
  expect(catalogue.isExactHere?.(at(elsewhere))).toBe(true);
  const without = [amd64, arm64].map((one) => (one?.arch === here ? { ...one, sha256: undefined } : one)) as CatalogueSource['release']['platforms'];
  const unstated = at(elsewhere, { release: { ...released().release, platforms: without } });
  expect(catalogue.isExactHere?.(unstated)).toBe(false);
});

test.each([
  ['catalogue = "acme/p"', 'catalogue = "acme"', 'has a "catalogue" that is not REPOSITORY/NAME'],
  ['catalogue = "acme/p"', 'catalogue = "acme/../p"', 'has a "catalogue" that is not REPOSITORY/NAME'],
  ['release = "1.2.0"', 'release = "../1"', 'has no "release" that is a version'],
  ['platform = "linux/amd64"', 'platform = "linux"', 'has no "platform" like linux/amd64'],
  ['kind = "binary"', 'kind = "other"', 'has no "kind" that is known'],
  ['https://host/p-arm64', 'file:///etc/passwd', 'has "platforms" of which number 2'],
  ['https://host/jq', 'host/jq', 'has "platforms" of which number 2'],
  [OTHER, 'ef', 'a checksum that is not of 64 hexadecimal digits'],
])('a lock with %s as %s is refused', (was, is, problem) => {
  const text = renderLock([locked(released())]).replace(was, is);
  expect(() => parseLock(text, 'tool.lock')).toThrow(problem);
});

test('each step from an address to a tree can be another', async () => {
  scratch = mkdtempSync(join(tmpdir(), 'tool-steps-'));
  const tree = join(scratch, 'tree');
  const world = { tree, scratch, limits: { ...DEFAULT_LIMITS, depth: 9 }, listener: {} };
  const said: string[] = [];
  const file = join(scratch, 'mirrored');
  const fetched = { file, sha256: HASH, bytes: 3, contentType: 'application/gzip', finalUrl: 'mirror:p' };
  const steps = {
    fetch: async (address: string) => {
      said.push(`fetch ${address}`);
      return fetched;
    },
    verify: async (what: object, address: string, expected: string | undefined) => {
      expect(what).toBe(fetched);
      said.push(`verify ${address} ${expected}`);
    },
    unpack: async (from: string, name: string, to: string) => {
      mkdirSync(to);
      writeFileSync(join(to, 'plugin.toml'), '[plugin]\n');
      said.push(`unpack ${from} ${name}`);
      return 'folder';
    },
  };
  const address = 'https://user:secret@host/p.tgz';
  expect(await stageArchive(address, `sha256:${HASH}`, world, steps)).toEqual({
    source: { kind: 'archive', url: 'https://host/p.tgz', sha256: HASH },
    folder: 'folder',
  });
  expect(said).toEqual([`fetch ${address}`, `verify ${address} ${HASH}`, `unpack ${file} https://host/p.tgz`]);
  const refusing = async () => {
    throw new UserError('source-refused', 'signed by nobody');
  };
  await expect(stageArchive(address, undefined, world, { ...steps, verify: refusing })).rejects.toThrow('signed by nobody');
  expect(said.filter((line) => line.startsWith('unpack'))).toHaveLength(1);
  await expect(stageArchive(address, 'md5:1', world, steps)).rejects.toThrow('--checksum takes sha256:');
});
