import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostPlatform } from '../../src/catalogue/platforms.ts';
import { tarGz } from '../support/archives.ts';
import { sha256 } from '../support/digests.ts';
import { Repository } from '../support/git.ts';
import { testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { type Serving, serving } from '../support/serving.ts';

const { arch } = hostPlatform();
const otherArch = arch === 'arm64' ? 'amd64' : 'arm64';

/** A program that tells its version, its words and its input, and ends as told. */
const program = (version: string): string => `#!/bin/sh\nprintf '%s\\n' '${version}' "$@"\ncat\nexit "\${1:-0}"\n`;

let box: Sandbox;
let server: Serving;
/** What the server has, by path. */
let files: Record<string, Buffer | string>;
let types: Record<string, string>;
let entries: string[];
beforeEach(async () => {
  box = Sandbox.prepared();
  [files, types, entries] = [{}, {}, []];
  server = await serving((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const body = path === '/index.yaml' ? `entries:\n${entries.join('')}` : files[path];
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': types[path] ?? 'application/octet-stream', 'content-length': Buffer.byteLength(body) }).end(body);
  });
});
afterEach(async () => {
  box[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

interface Entry {
  readonly name?: string;
  readonly type?: string;
  /** Lines of the entry. */
  readonly also?: string;
  readonly body?: Buffer | string;
  readonly checksum?: string;
  readonly archs?: readonly string[];
  /** Lines of each address. */
  readonly alsoUrl?: string;
}

/** Publishes a version as Botkube does: bytes of its own at an address of its own. */
function publish(
  version: string,
  { name = 'greet', type = 'executor', also = '', body = program(version), checksum, archs = [arch, otherArch], alsoUrl = '' }: Entry = {},
): void {
  const urls = archs.map((one) => {
    const path = `/${name}_${version}_${one}`;
    files[path] = body;
    const sum = checksum ?? sha256(body);
    return `      - url: ${server.url}${path}\n${sum === '' ? '' : `        checksum: "${sum}"\n`}        platform: {os: linux, architecture: ${one}}\n${alsoUrl}`;
  });
  entries.push(`  - name: ${name}\n    type: ${type}\n    version: ${version}\n    description: Greets people\n${also}    urls:\n${urls.join('')}`);
}

const run = async (...words: string[]): Promise<string> => {
  const { stdout, stderr, status } = await box.run(words);
  return `${stdout}${stderr}${status === 0 ? '' : `(${status})\n`}`.replaceAll(server.url, 'SERVER').replaceAll(arch, 'ARCH').replaceAll(otherArch, 'OTHER');
};
const json = async (...words: string[]) => JSON.parse((await box.run([...words, '--json'])).stdout);
const addAcme = (): Promise<string> => run('repository:add', 'acme', `${server.url}/index.yaml`);

test('from search to rollback: a pin stays, a range is followed, what was taken back is told, and a server that is down stops nothing', async () => {
  publish('1.0.0');
  publish('2.0.0-rc.1');
  await addAcme();
  expect(await run('plugin:search', 'greet')).toContain('acme/greet');
  expect(await run('plugin:install', 'acme/greet@1.0.0', '--save')).toBe(
    '-----> Installing plugin greet from acme/greet\n-----> acme/greet 1.0.0 for linux/ARCH\n-----> Plugin greet enabled\n',
  );
  expect(readFileSync(box.at('tool.toml'), 'utf8')).toContain('\n[plugins]\n"acme/greet" = "1.0.0"\n');

  publish('1.1.0');
  const standing = await json('plugin:outdated', '--refresh');
  expect(standing).toMatchObject([{ name: 'greet', kind: 'catalogue', version: '1.0.0', follows: '1.0.0', latest: '1.1.0', state: 'pinned' }]);
  expect(await run('plugin:update')).toContain('pinned to 1.0.0');
  const words = ['7', '', 'a b', '*', "it's"];
  for (const TOOL_FAST of ['1', '0']) {
    expect(await box.run(['greet', ...words], { stdin: 'in\xff', env: { TOOL_FAST } })).toEqual({
      stdout: `1.0.0\n${words.join('\n')}\nin\xc3\xbf`,
      stderr: '',
      status: 7,
      signal: null,
    });
  }

  expect(await run('plugin:update', 'greet', '^1')).toBe('-----> acme/greet 1.1.0 for linux/ARCH\n-----> Plugin (greet) updated and follows ^1\n');
  publish('1.2.0');
  expect(await json('plugin:outdated', '--refresh')).toMatchObject([{ wanted: '1.2.0', latest: '1.2.0', state: 'outdated', follows: '^1' }]);
  const asked = server.asked.length;
  expect(await run('plugin:update')).toContain('Plugin (greet) updated');
  // The index was new enough: the program alone is fetched.
  expect(server.asked.slice(asked)).toEqual([`/greet_1.2.0_${arch}`]);
  expect(await run('plugin:update')).toContain('1 up to date');
  expect(server.asked.slice(asked)).toHaveLength(1);
  expect(await run('greet')).toBe('1.2.0\n');
  expect(await run('plugin:rollback', 'greet')).toContain('greet');
  expect(await run('greet')).toBe('1.1.0\n');

  const last = entries.length - 2;
  entries[last] = entries[last]?.replace('    urls:', '    yanked: it leaks\n    urls:') ?? '';
  expect(await run('plugin:outdated', '--refresh')).toContain('greet: 1.1.0, which is installed, was taken back: it leaks');
  expect(await run('plugin:check')).toContain('greet: 1.1.0, which is installed, was taken back: it leaks');

  await server[Symbol.asyncDispose]();
  const down = await box.run(['plugin:outdated', '--refresh']);
  expect(down).toMatchObject({ status: 0, stdout: expect.stringContaining('outdated') });
  expect(down.stderr).toContain('The index of acme is ');
  // It was downloaded before, and a copy that is not what it was is not believed.
  expect(await run('plugin:update', 'greet')).toContain('Plugin (greet) updated');
  expect(await run('greet')).toBe('1.2.0\n');
  await run('plugin:rollback', 'greet', '--to', '2');
  writeFileSync(box.at(`plugins/repositories/.downloads/${sha256(program('1.2.0'))}`), program('1.2.0').replace('1.2.0', 'evil!'));
  expect(await run('plugin:update', '--offline')).toContain('has to be downloaded, and --offline does not allow it');
  expect(await run('greet')).toBe('1.1.0\n');
  expect(await run('plugin:install', 'acme/greet@1.0.0', '--name', 'first', '--offline')).toContain('Plugin first enabled');
  expect(await run('first')).toBe('1.0.0\n');
});

test('tool.toml and tool.lock bring the same bytes anywhere, and ask no index', async () => {
  publish('1.0.0');
  await addAcme();
  box.file('sandbox/home/tool.toml', `${readFileSync(box.at('tool.toml'), 'utf8')}[plugins]\n"acme/greet" = "^1"\n`);
  expect(await run('plugin:sync')).toContain('Plugin greet 1.0.0 installed');
  const lock = readFileSync(box.at('tool.lock'), 'utf8');
  expect(lock.match(/^(platform|sha256) = .*/gm)).toHaveLength(5);
  publish('1.1.0');

  const elsewhere = Sandbox.prepared();
  try {
    const frozen = (text: string): Promise<{ stdout: string; stderr: string; status: number | null }> => {
      elsewhere.file('tool.lock', text);
      return elsewhere.run(['plugin:sync', '--frozen', '--file', join(elsewhere.root, 'tool.lock')]);
    };
    const asked = server.asked.length;
    // A lock of a machine of another kind, whose tree is another: what it has for this one is held to its checksum.
    const ofOther = lock
      .replace(`\nplatform = "linux/${arch}"`, `\nplatform = "linux/${otherArch}"`)
      .replace(/source = "sha256:\w+"/, `source = "sha256:${'ab'.repeat(32)}"`);
    const wrong = await frozen(ofOther.replaceAll(sha256(program('1.0.0')), 'cd'.repeat(32)));
    expect(wrong.stderr).toMatch(/The checksum of .* is wrong: expected cdcd.*got/);
    expect(readdirSync(elsewhere.at('plugins/available'))).not.toContain('greet');
    expect(await frozen(ofOther)).toMatchObject({ status: 0, stdout: expect.stringContaining('Plugin greet 1.0.0 installed') });
    expect((await frozen(ofOther)).stdout).toContain('1 plugin is as it should be');
    expect((await elsewhere.run(['greet'])).stdout).toBe('1.0.0\n');
    expect((await frozen(lock)).status).toBe(0);
    expect(server.asked.slice(asked).filter((path) => path === '/index.yaml')).toEqual([]);
    const without = await frozen(ofOther.replace(/^sha256 = .*\n/gm, ''));
    expect(without.stderr).toContain('tool.lock has no exact version for: greet');
  } finally {
    elsewhere[Symbol.dispose]();
  }
  expect(await run('plugin:lock', '--check')).toContain('1 plugin is as');
  expect(await run('repository:remove', 'acme')).toContain('greet');
});

testNeeding('git')('krew’s index has its versions in its history, and a program of an archive keeps what is beside it', async () => {
  const index = new Repository(join(box.root, 'index'));
  const publishKrew = (version: string): void => {
    const archive = tarGz([
      { name: `ctx-${version}/ctx-linux`, body: `#!/bin/sh\ncat "$(dirname "$(readlink -f "$0")")/words" && echo ${version} "$@"\n`, mode: 0o755 },
      { name: `ctx-${version}/words`, body: 'beside\n' },
      { name: `ctx-${version}/README.md`, body: 'left out' },
    ]);
    files[`/ctx-${version}`] = archive;
    index.commit({
      'plugins/ctx.yaml': `apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata: {name: ctx}
spec:
  version: v${version}
  shortDescription: Switch contexts
  caveats: Needs a terminal.
  platforms:
  - uri: ${server.url}/ctx-${version}
    sha256: ${sha256(archive)}
    bin: ./ctx
    files:
    - {from: "ctx-${version}/ctx-linux", to: ctx}
    - {from: "*/words", to: .}
    selector: {matchLabels: {os: linux}}
`,
    });
  };
  for (const version of ['0.9.0', '0.9.1', '0.10.0']) publishKrew(version);
  await run('repository:add', 'krew', index.path);
  expect(await run('plugin:install', 'krew/ctx@0.9.1')).toContain('-----> What to know of ctx:\nNeeds a terminal.\n-----> Plugin ctx enabled');
  expect(await run('ctx', 'x')).toContain('beside\n0.9.1 x\n');
  box.file('krew/ctx/plugin.toml', '[plugin]\ndescription = "d"\nversion = "1"\n');
  expect(await run('plugin:install', 'krew/ctx', '--name', 'here', '--dry-run')).toContain(
    'krew/ctx is the directory here; the plugin of the repository krew is krew/ctx@latest',
  );
  expect(readdirSync(box.at('plugins/available/ctx/program')).sort()).toEqual(['ctx', 'words']);
  expect(await run('plugin:update', 'ctx', '~0.9')).toMatch(
    /^-----> krew\/ctx v0\.9\.1 for linux\/ARCH\n(.*\n)*-----> Plugin \(ctx\) updated and follows ~0\.9\n$/,
  );
  expect(await run('plugin:update', 'ctx', 'latest')).toContain('updated and follows latest');
  expect(await run('ctx')).toBe('beside\n0.10.0\n');
});

test('programs are told which newer versions were passed over, and why', async () => {
  publish('1.0.0');
  publish('1.1.0', { also: '    yanked: it leaks\n' });
  publish('2.0.0-rc.1');
  await addAcme();
  const passedOver = [
    { version: '2.0.0-rc.1', why: 'is a prerelease' },
    { version: '1.1.0', why: 'was taken back: it leaks' },
  ];
  expect(await json('plugin:install', 'acme/greet', '--dry-run')).toMatchObject({ changed: false, plan: {}, passedOver });
  expect(await json('plugin:install', 'acme/greet')).toMatchObject({ changed: true, receipt: { version: '1.0.0' }, passedOver });
  expect(await json('plugin:update', 'greet')).toMatchObject([{ outcome: 'up to date', passedOver }]);
  expect(await json('plugin:outdated')).toMatchObject([{ state: 'current', wanted: '1.0.0', latest: '1.0.0', passedOver }]);
  // Within a range what is outside it is not passed over, and who asked for one version waits for no other.
  expect(await json('plugin:update', 'greet', '~1.0')).toMatchObject([{ outcome: 'updated', passedOver: [] }]);
  expect(await json('plugin:outdated')).toMatchObject([{ follows: '~1.0', passedOver: [] }]);
  expect(await json('plugin:update', 'greet', '1.1.0')).toMatchObject([{ outcome: 'updated', to: '1.1.0', passedOver: [] }]);
  expect(await json('plugin:outdated')).toMatchObject([{ state: 'current', latest: '1.0.0', passedOver }]);
});

test('what a plugin needs may be a plugin of a repository, in a range and under another name', async () => {
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) publish(version);
  const top = (dependency: string): string => `[plugin]\nversion = "1"\ndescription = "d"\n[plugin.dependencies]\n${dependency}\n[plugin.config]\n`;
  box.file('top/plugin.toml', top('"acme/greet" = "^1"')).file('top/bare/default', '#!/bin/sh\n');
  const path = join(box.root, 'top');
  expect(await run('plugin:install', path, '--with-dependencies')).toContain('acme/greet is neither a git URL nor a directory, and there are no repositories');
  await addAcme();
  expect(await run('plugin:install', path)).toContain(
    "The plugin top needs greet ^1, which is not installed; give --with-dependencies, or run `tool plugin:install 'acme/greet@^1'`",
  );
  const both = await run('plugin:install', path, '--with-dependencies');
  expect(both).toContain('-----> acme/greet 1.1.0 for linux/ARCH\n-----> Plugin greet enabled\n');
  expect(both).toContain('-----> Plugin top enabled\n');
  expect(await run('greet')).toBe('1.1.0\n');
  expect(await json('plugin:outdated')).toMatchObject([{ name: 'greet', follows: '^1', state: 'current' }, { name: 'top' }]);

  box.file('top/plugin.toml', top('hail = { catalogue = "acme/greet", version = "latest", type = "executor" }'));
  expect(await run('plugin:update', 'top')).toContain(
    'The plugin top needs hail, which is not installed; give --with-dependencies, or run `tool plugin:install acme/greet --type executor --name hail`',
  );
  await run('plugin:uninstall', 'top');
  expect(await run('plugin:install', path, '--with-dependencies')).toContain('-----> Plugin hail enabled\n');
  expect(await run('hail')).toBe('2.0.0\n');

  // A sync puts what is needed in front, whatever the order of names.
  const elsewhere = Sandbox.prepared();
  try {
    elsewhere.file(
      'sandbox/home/tool.toml',
      `[repositories.acme]\nurl = "${server.url}/index.yaml"\n[plugins]\na-top = { path = "${path}" }\nhail = { catalogue = "acme/greet" }\n`,
    );
    expect((await elsewhere.run(['plugin:sync'])).stdout).toMatch(/Plugin hail 2.0.0 installed\n.*Plugin a-top 1 installed\n$/);
  } finally {
    elsewhere[Symbol.dispose]();
  }
});

test('a versions.json lists what brings its own manifest, by dates', async () => {
  const version = (name: string): object => {
    const archive = tarGz([
      { name: 'ekco/plugin.toml', body: `[plugin]\ndescription = "d"\nversion = "${name}"\n[plugin.config]\n` },
      { name: 'ekco/bare/default', body: `#!/bin/sh\necho ${name}\n`, mode: 0o755 },
    ]);
    files[`/${name}`] = archive;
    return { version: name, url: `${server.url}/${name}`, kurlVersionCompatibilityRange: '>= v2022.01.01-0', sha256Sum: sha256(archive) };
  };
  files['/versions.json'] = JSON.stringify([version('v2022.10.05-1'), version('v2022.09.30-10'), version('v2022.09.30-2')]);
  await run('repository:add', 'ekco', `${server.url}/versions.json`);
  expect(await run('plugin:install', 'ekco/ekco@< v2022.10.05')).toContain('-----> ekco/ekco v2022.09.30-10 for linux/ARCH');
  expect(await run('ekco')).toBe('v2022.09.30-10\n');
  expect(await json('plugin:outdated')).toMatchObject([{ state: 'current', wanted: 'v2022.09.30-10', latest: 'v2022.10.05-1' }]);
});

test('programs that one depends on are first on its PATH, on both routes', async () => {
  files['/helper'] = '#!/bin/sh\necho helps\n';
  const body = '#!/bin/sh\nhelper; ls "$PLUGIN_DEPENDENCY_DIR"; printf "%s\\n" "$@"\n';
  publish('1.0.0', { body, alsoUrl: `        dependencies: {helper: {url: "${server.url}/helper"}}\n        size: ${body.length}\n` });
  await addAcme();
  expect(await run('plugin:install', 'greet')).toContain('There is no checksum for helper, which greet depends on, in the index of acme');
  const fast = await box.run(['greet', 'a b', '']);
  expect(fast).toMatchObject({ stdout: 'helps\nhelper\na b\n\n', stderr: '', status: 0 });
  expect(await box.run(['greet', 'a b', ''], { env: { TOOL_FAST: '0' } })).toEqual(fast);
  // What an index tells of a release beyond what is needed to bring it again makes no lock another.
  await run('plugin:lock');
  expect(await run('plugin:lock', '--check')).toContain('1 plugin is as');
  expect(await run('plugin:sync', '--frozen')).toBe('-----> 1 plugin is as it should be\n');
});

test('what cannot be had is told in one line, and leaves nothing', async () => {
  publish('1.0.0');
  publish('1.5.0', { also: '    yanked: "it leaks"\n' });
  publish('1.0.0', { name: 'wrong', checksum: 'ab'.repeat(32) });
  publish('1.0.0', { name: 'page', checksum: '', body: '<!doctype html><p>log in' });
  for (const one of [arch, otherArch]) types[`/page_1.0.0_${one}`] = 'text/html';
  publish('1.0.0', { name: 'other', archs: [otherArch] });
  publish('1.0.0', { name: 'both' });
  publish('1.0.0', { name: 'both', type: 'source' });
  publish('1.0.0', { name: 'gone' });
  for (const one of [arch, otherArch]) delete files[`/gone_1.0.0_${one}`];
  await addAcme();
  box.file('second.yaml', `entries:\n${entries[0]}`);
  await run('repository:add', 'second', join(box.root, 'second.yaml'));
  // The folder in which trees are made stays; nothing is in it.
  const standing = (): string[] =>
    readdirSync(box.at('plugins'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path !== 'store/.staging')
      .sort();
  const before = standing();
  const cases: [reference: string, ...pattern: RegExp[]][] = [
    ['greet', /greet is in 2 repositories/, /acme\/greet, second\/greet/],
    ['acme/greet@1.4.0', /acme\/greet has no version 1\.4\.0/, /nearest: 1\.0\.0, 1\.5\.0/],
    ['acme/greet@^2', /acme\/greet has no version within \^2/],
    ['acme/greet@~1.5', /1\.5\.0 was taken back: it leaks/],
    ['acme/greet@>=<', /range/],
    ['acme/gret', /acme has no gret/, /did you mean greet/],
    ['nobody/greet', /nobody/, /acme.* and .*second/],
    ['acme/a..b', /name "a\.\.b" is not allowed/],
    ['acme/wrong', /The checksum of SERVER\/wrong_1\.0\.0_ARCH is wrong: expected abab/],
    ['acme/page', /SERVER\/page_1\.0\.0_ARCH is an HTML page, not a program or an archive \(24 bytes, text\/html/],
    ['acme/other', /has nothing for linux\/ARCH/, /there is linux\/OTHER/],
    ['acme/both', /acme\/both is of 2 types/, /--type: executor, source/],
    ['acme/gone', /Cannot download SERVER\/gone_1\.0\.0_ARCH: the server answered 404/],
  ];
  const { stdout, stderr, status } = await box.run(['plugin:install', ...cases.map(([reference]) => reference), '--json']);
  const told: { source: string; problem: string }[] = JSON.parse(stdout);
  expect(status).toBe(1);
  expect(stderr).toContain(`${cases.length} of ${cases.length} not installed: greet, `);
  expect(told.map(({ source }) => source)).toEqual(cases.map(([reference]) => reference));
  told.forEach(({ problem }, index) => {
    const text = problem.replaceAll(server.url, 'SERVER').replaceAll(arch, 'ARCH').replaceAll(otherArch, 'OTHER');
    for (const pattern of cases[index]?.slice(1) ?? []) expect(text).toMatch(pattern);
    expect(text).not.toContain('\n');
  });
  expect(standing()).toEqual(before);

  // Who asks for it by its version gets what was taken back, one of several that fail stops no other, and a platform can be named.
  const some = await box.run(['plugin:install', 'acme/gone', 'acme/greet@1.5.0', 'acme/both', '--type', 'source', '--platform', `linux/${otherArch}`]);
  expect(some.status).toBe(1);
  expect(some.stderr).toContain('acme/greet');
  expect(await json('plugin:info', 'acme/both', '--type', 'source')).toMatchObject({
    installed: [{ plugin: 'both', version: '1.0.0', wish: 'latest' }],
    versions: [{ version: '1.0.0', yanked: null }],
  });
});

test('headers of a repository are sent to the server of its index alone', async () => {
  const seen: (string | undefined)[] = [];
  await using closed = await serving((request, response) => {
    seen.push(request.headers.authorization);
    const [, path = ''] = (request.url ?? '').split('/');
    if (request.headers.authorization !== 'Bearer s3cret') response.writeHead(401).end();
    else response.writeHead(200).end(path === 'greet' ? program('1.0.0') : `entries:\n${entries.join('').replaceAll('CLOSED', closed.url)}`);
  });
  const sum = sha256(program('1.0.0'));
  const platform = `platform: {os: linux, architecture: ${arch}}`;
  const own = `  - {name: greet, type: executor, version: 1.0.0, urls: [{url: "CLOSED/greet", checksum: ${sum}, ${platform}}]}\n`;
  entries.push(
    own,
    own
      .replace('name: greet', 'name: away')
      .replace('CLOSED/greet', `${server.url}/away`)
      .replace(sum, sha256(program('1.1.0'))),
  );
  files['/away'] = program('1.1.0');
  const env = { TOKEN: 's3cret' };
  await box.run(['repository:add', 'acme', `${closed.url}/index.yaml`, '--header', 'Authorization: Bearer ${TOKEN}'], { env });
  const { stdout, stderr, status } = await box.run(['plugin:install', 'greet', 'away'], { env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).not.toContain('s3cret');
  expect(seen).toEqual(['Bearer s3cret', 'Bearer s3cret']);
  expect(server.asked).toEqual(['/away']);
  expect(readFileSync(box.at('plugins/store/greet/current'), 'utf8')).not.toContain('s3cret');
});
