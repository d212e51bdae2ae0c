import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReleaseKind, ReleasePlatform } from '../../src/catalogue/release.ts';
import { errorLine, isUserError } from '../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../src/sources/archive/policy.ts';
import type { CatalogueSource } from '../../src/sources/catalogue/source.ts';
import { type Staged, stage } from '../../src/sources/stage.ts';
import { type RawEntry, tar, tarGz, zip } from '../support/archives.ts';
import { sha256 } from '../support/digests.ts';
import { type Serving, serving } from '../support/serving.ts';

const SCRIPT = '#!/bin/sh\necho hello\n';
const TOML = '[plugin]\ndescription = "d"\nversion = "9"\n[plugin.config]\n';

let server: Serving;
let scratch: string;
let served: Record<string, Buffer | string> = {};
beforeEach(async () => {
  served = {};
  scratch = mkdtempSync(join(tmpdir(), 'tool-release-'));
  server = await serving((request, response) => {
    const body = served[(request.url ?? '').replace(/\?.*/, '')];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/octet-stream' }).end(body);
  });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

type Offered = Partial<Omit<ReleasePlatform, 'url'>>;

/** A release of one platform, as a lock has it. */
function release(body: Buffer | string, offered: Offered = {}, kind: ReleaseKind = 'binary'): CatalogueSource {
  served['/x'] = body;
  const platform: ReleasePlatform = { os: 'linux', arch: 'amd64', url: `${server.url}/x`, sha256: sha256(body), ...offered };
  return {
    kind: 'catalogue',
    repository: 'acme',
    name: 'greet',
    version: '1.2.0',
    wish: '',
    exact: false,
    platform: { os: 'linux', arch: 'amd64' },
    isPlatformAsked: true,
    url: platform.url,
    sha256: platform.sha256 ?? '',
    release: { kind, description: 'Says "hello"', documentationUrl: 'https://example.org/', platforms: [platform] },
  };
}

let said: string[] = [];
function staged(source: CatalogueSource, limits = DEFAULT_LIMITS): Promise<Staged> {
  said = [];
  const request = { source: 'acme/greet', isNamed: true, platform: 'linux/amd64', release: source, link: false };
  return stage(request, scratch, { limits: { ...limits, depth: 20 }, listener: { onNote: (line) => said.push(line) } });
}

const failure = (source: CatalogueSource, limits = DEFAULT_LIMITS): Promise<string> =>
  staged(source, limits).then(
    () => 'staged',
    (error: unknown) => {
      if (isUserError(error)) return errorLine(error).replaceAll(server.url, 'SERVER');
      throw error;
    },
  );

/** A tree in lines: programs end in `*`, links tell where they lead. */
const shown = (tree: string, folder = ''): string[] =>
  readdirSync(join(tree, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return shown(tree, path);
      if (entry.isSymbolicLink()) return `${path} -> ${readlinkSync(join(tree, path))}`;
      return lstatSync(join(tree, path)).mode & 0o111 ? `${path}*` : path;
    });

const file = (name: string, body = 'x', mode = 0o644): RawEntry => ({ name, body, mode });
const program = (name: string, mode = 0o755): RawEntry => file(name, SCRIPT, mode);

const ALONE = ['bare/default*', 'plugin.toml'];

test.each<[what: string, body: () => Buffer | string, offered: Offered, tree: string[]]>([
  ['a script', () => SCRIPT, {}, ALONE],
  ['a compiled program', () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), {}, ALONE],
  ['a script packed by gzip', () => gzipSync(SCRIPT), {}, ALONE],
  [
    'an archive, whose first program it is that may be executed',
    () => tarGz([file('LICENSE'), file('README.md'), program('greet'), program('.hidden')]),
    {},
    ['bare/default -> ../program/greet', 'plugin.toml', 'program/.hidden*', 'program/LICENSE', 'program/README.md', 'program/greet*'],
  ],
  [
    'a zip from Windows, which has no modes',
    () => zip([file('notes.txt'), program('greet.sh', 0o644)]),
    {},
    ['bare/default -> ../program/greet.sh', 'plugin.toml', 'program/greet.sh*', 'program/notes.txt'],
  ],
  [
    'an archive in a folder, with the program named by its path',
    () => tar([program('greet-1.2/bin/greet', 0o644), file('greet-1.2/LICENSE')]),
    { bin: './greet-1.2/bin/greet' },
    ['bare/default -> ../program/greet-1.2/bin/greet', 'plugin.toml', 'program/greet-1.2/LICENSE', 'program/greet-1.2/bin/greet*'],
  ],
  [
    'what krew’s files say, patterns and new names included',
    () => tarGz([program('k/greet-linux'), file('k/LICENSE'), file('k/doc/a.md'), file('k/doc/b.md'), file('k/doc/c.txt'), file('k/left')]),
    {
      bin: 'greet',
      files: [
        { from: 'k/greet-linux', to: 'greet' },
        { from: 'k/LICENSE', to: '.' },
        { from: 'k/*/[a-b].md', to: 'docs' },
      ],
    },
    ['bare/default -> ../program/greet', 'plugin.toml', 'program/LICENSE', 'program/docs/a.md', 'program/docs/b.md', 'program/greet*'],
  ],
  [
    'a plugin, where its archive says so',
    () => tarGz([file('greet/plugin.toml', TOML), program('greet/subcommands/hello')]),
    {},
    ['plugin.toml', 'subcommands/hello*'],
  ],
])('%s becomes a plugin', async (_what, body, offered, tree) => {
  const source = release(body(), offered);
  const { tree: made, source: brought } = await staged(source);
  expect(shown(made)).toEqual(tree);
  expect(brought).toEqual(source);
  expect(said).toEqual([]);
  if (!tree.includes('subcommands/hello*'))
    expect(readFileSync(join(made, 'plugin.toml'), 'utf8')).toContain(
      '[plugin]\ndescription = "Says \\"hello\\""\nversion = "1.2.0"\ndocumentation = "https://example.org/"\n[plugin.config]\n',
    );
});

test('what it depends on comes beside it, and a few lines of sh put that on PATH', async () => {
  served['/kubectl'] = SCRIPT;
  served['/helm.tgz'] = tarGz([program('linux-amd64/helm'), file('linux-amd64/LICENSE'), program('other/helm')]);
  const dependencies = [
    { name: 'kubectl', url: `${server.url}/kubectl` },
    { name: 'helm', url: `${server.url}/helm.tgz//linux-amd64?x=1`, sha256: sha256(served['/helm.tgz']) },
  ];
  const { tree, source } = await staged(release(SCRIPT, { dependencies }));
  expect(shown(tree)).toEqual(['bare/default*', 'deps/helm*', 'deps/kubectl*', 'plugin.toml', 'program/greet*']);
  const stub = readFileSync(join(tree, 'bare/default'), 'utf8');
  expect(stub).toContain(`exec "$root"/'program/greet' "$@"\n`);
  expect(stub).not.toContain(scratch);
  expect(said.map((line) => line.replaceAll(server.url, 'SERVER'))).toEqual([
    'There is no checksum for kubectl, which greet depends on, in the index of acme: nobody can tell whether SERVER/kubectl gave what it should',
  ]);
  const [platform] = source.kind === 'catalogue' ? source.release.platforms : [];
  expect(platform?.dependencies?.[0]?.sha256).toBe(sha256(SCRIPT));
  expect(server.asked).toEqual(['/x', '/kubectl', '/helm.tgz?x=1']);
});

test.each<[what: string, body: () => Buffer | string, offered: Offered, kind: ReleaseKind, line: RegExp]>([
  [
    'another checksum',
    () => SCRIPT,
    { sha256: 'ab'.repeat(32) },
    'binary',
    /^The checksum of SERVER\/x is wrong: expected abab.*, got [0-9a-f]{64} \(21 bytes, application\/octet-stream, from SERVER\/x\); nothing was installed$/,
  ],
  ['a page with the wrong checksum', () => '<!doctype html><p>log in', { sha256: 'ab'.repeat(32) }, 'binary', /looks like an HTML page/],
  ['a page', () => '<html>log in', { sha256: undefined }, 'binary', /^SERVER\/x is an HTML page, not a program or an archive/],
  ['an error as text', () => '{"error": "not found"}', { sha256: undefined }, 'binary', /^SERVER\/x is not a program: it is a text without a #! line/],
  ['nothing', () => '', { sha256: undefined }, 'binary', /^SERVER\/x is empty/],
  ['a program where a plugin is listed', () => SCRIPT, {}, 'plugin', /^SERVER\/x is not an archive; acme\/greet is listed as plugin$/],
  ['an archive cut short', () => tarGz([program('greet')]).subarray(0, 60), {}, 'binary', /^SERVER\/x cannot be unpacked: /],
  ['an archive without programs', () => tarGz([file('a.md'), file('b/greet')]), {}, 'binary', /^SERVER\/x has no program at its top: it holds "a.md", "b"/],
  [
    'a program that is not there',
    () => tarGz([program('greet')]),
    { bin: 'great' },
    'binary',
    /^SERVER\/x has no program "great": it holds "greet" at its top/,
  ],
  ['a program that is a folder', () => tarGz([program('a/greet')]), { bin: 'a' }, 'binary', /has no program "a"/],
  ['a program out of the archive', () => tarGz([program('greet')]), { bin: 'x/../../greet' }, 'binary', /has no program/],
  ['a name with ..', () => tarGz([program('../greet')]), {}, 'binary', /is refused: "\.\.\/greet" leaves the archive/],
  ['a link out of it', () => tarGz([program('greet'), { name: 'l', type: '2', link: '../../x' }]), {}, 'binary', /leads out of the plugin/],
  [
    'a pattern that finds nothing',
    () => tarGz([program('greet')]),
    { bin: 'greet', files: [{ from: '*.md', to: '.' }] },
    'binary',
    /holds nothing that is called "\*\.md"/,
  ],
  ['files from above', () => tarGz([program('greet')]), { bin: 'greet', files: [{ from: '../*', to: '.' }] }, 'binary', /"\.\.\/\*" leads out of it/],
  ['files to above', () => tarGz([program('greet')]), { bin: 'greet', files: [{ from: 'greet', to: 'a/../../x' }] }, 'binary', /leads out of it/],
  [
    'two files of one name',
    () => tarGz([program('a/greet'), program('b/greet')]),
    { bin: 'greet', files: [{ from: '*/greet', to: '.' }] },
    'binary',
    /two of its files become "greet"/,
  ],
  [
    'a link that leads out once it is moved',
    () => tarGz([program('greet'), { name: 'a/b/l', type: '2', link: '../../greet' }]),
    {
      bin: 'greet',
      files: [
        { from: 'greet', to: '.' },
        { from: 'a/b/l', to: '.' },
      ],
    },
    'binary',
    /the link "l" leads out of what is taken/,
  ],
  [
    'a file below a link',
    () => tarGz([program('greet'), file('d/x'), { name: 'l', type: '2', link: 'd' }]),
    {
      bin: 'greet',
      files: [
        { from: 'd', to: 'd' },
        { from: 'l', to: 'l' },
        { from: 'greet', to: 'l/greet' },
      ],
    },
    'binary',
    /"l\/greet" is below what is not a folder/,
  ],
])('%s is refused', async (_what, body, offered, kind, line) => {
  expect(await failure(release(body(), offered, kind))).toMatch(line);
});

test('what unpacks to too much is refused, and so is a dependency that takes what is left', async () => {
  const limits = { ...DEFAULT_LIMITS, bytes: 100_000 };
  const large = Buffer.from(`#!/bin/sh\n${'#'.repeat(200_000)}`);
  expect(await failure(release(gzipSync(large)), limits)).toMatch(/it unpacks to more than 100000 bytes/);
  rmSync(scratch, { recursive: true });
  scratch = mkdtempSync(join(tmpdir(), 'tool-release-'));
  served['/a'] = `#!${'a'.repeat(60_000)}`;
  const dependencies = ['a', 'b'].map((name) => ({ name, url: `${server.url}/a` }));
  expect(await failure(release(SCRIPT, { dependencies }), limits)).toMatch(/SERVER\/a is more than the 39998 bytes that are allowed/);
});

test('a release without a checksum is told of, and what came is kept', async () => {
  const { source } = await staged(release(SCRIPT, { sha256: undefined }));
  expect(said).toEqual([expect.stringMatching(/^There is no checksum for acme\/greet 1\.2\.0 for linux\/amd64 in tool\.lock: nobody can tell/)]);
  expect(source).toMatchObject({ sha256: sha256(SCRIPT), release: { platforms: [{ sha256: sha256(SCRIPT) }] } });
});
