import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type GitServer, Repository, serveGit } from '../support/git.ts';
import { Sandbox } from '../support/sandbox.ts';

/** A place where plugins are published, served over HTTP. */
interface Upstream extends AsyncDisposable {
  readonly box: Sandbox;
  readonly server: GitServer;
  repository(name: string): Repository;
  url(name: string): string;
}

async function upstream(...names: string[]): Promise<Upstream> {
  const box = Sandbox.prepared();
  const repositories = new Map(names.map((name) => [name, new Repository(join(box.root, 'repos', `${name}.git`))]));
  for (const repository of repositories.values()) for (const version of ['1.0.0', '1.1.0', '2.0.0']) repository.publish(version, `v${version}`);
  const server = await serveGit(join(box.root, 'repos'));
  return {
    box,
    server,
    repository: (name) => repositories.get(name) as Repository,
    url: (name) => `${server.url}/${name}.git`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      box[Symbol.dispose]();
    },
  };
}

const ok = { status: 0, signal: null, stderr: '' };
const version = async (box: Sandbox, plugin: string): Promise<string> => (await box.run([plugin])).stdout.trim();

/** Each plugin's tree by the hash in its receipt, and by its files as they stand. */
async function trees(box: Sandbox): Promise<Record<string, unknown>> {
  const rows: { name: string; core: boolean; enabled: boolean }[] = JSON.parse((await box.run(['plugin:list', '--format', 'json'])).stdout);
  const found: Record<string, unknown> = {};
  for (const { name, enabled } of rows.filter(({ core }) => !core)) {
    const { sourceHash } = JSON.parse(readFileSync(box.at('plugins/store', name, 'current'), 'utf8'));
    const script =
      'cd "$0" && find . -path ./.git -prune -o -printf "%y %m %p\\n" | sort && find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 cat';
    const { stdout } = await box.run(['-c', script, box.at('plugins/available', name)], { command: 'sh' });
    found[name] = { enabled, sourceHash, files: createHash('sha256').update(stdout).digest('hex') };
  }
  return found;
}

const lockText = (box: Sandbox): string => readFileSync(box.at('tool.lock'), 'utf8');

/** A home that is given another one's lock. */
function homeWithLock(text: string): Sandbox {
  const box = Sandbox.prepared();
  mkdirSync(box.home, { recursive: true });
  writeFileSync(box.at('tool.lock'), text);
  return box;
}

test('two homes made from one lock are equal, whatever has become of the sources since', async () => {
  await using up = await upstream('ranged', 'branched', 'tagged', 'exact', 'off');
  using first = Sandbox.prepared();
  const commit = up.repository('exact').git('rev-parse', 'v1.1.0');
  const installs = [
    [up.url('ranged'), '--version', '^1'],
    [up.url('branched'), '--committish', 'main'],
    [up.url('tagged'), '--committish', 'v1.0.0'],
    [up.url('exact'), '--committish', commit],
    [up.url('off')],
  ];
  for (const words of installs) expect(await first.run(['plugin:install', ...words])).toMatchObject(ok);
  await first.run(['plugin:disable', 'off']);
  await first.run(['plugin:pin', 'ranged']);
  expect(await first.run(['plugin:lock'])).toEqual({ ...ok, stdout: `-----> 5 plugins locked in ${first.at('tool.lock')}\n` });
  expect(lockText(first)).toContain(
    `[plugins.exact]\nversion = "1.1.0"\ngit = "${up.url('exact')}"\ncommittish = "${commit}"\ncommit = "${commit}"\nfollows = "commit"\nsource = "sha256:`,
  );
  expect(await first.run(['plugin:lock', '--check'])).toMatchObject(ok);
  const info = JSON.parse((await first.run(['plugin:info', 'exact', '--format', 'json'])).stdout);
  expect(info).toMatchObject({
    pinned: true,
    follows: `commit ${commit.slice(0, 12)}`,
    installedHash: info.sourceHash,
    installedBy: expect.stringMatching(/^tool \d/),
    source: { commit },
  });
  expect(lockText(first)).toContain(`source = "sha256:${info.sourceHash}"`);

  // Published, force-pushed away, moved, deleted.
  up.repository('ranged').publish('1.9.0', 'v1.9.0');
  up.repository('branched').git('checkout', '-q', '--orphan', 'other');
  up.repository('branched').publish('9.0.0');
  up.repository('branched').git('branch', '-q', '-f', 'main', 'other');
  up.repository('exact').git('tag', '-d', 'v1.1.0');
  up.repository('tagged').git('tag', '-d', 'v1.0.0');
  up.repository('off').publish('3.0.0');

  using second = homeWithLock(lockText(first));
  expect(await second.run(['plugin:sync', '--frozen'])).toMatchObject(ok);
  expect(await trees(second)).toEqual(await trees(first));
  expect(Object.keys(await trees(second))).toHaveLength(5);
  expect(await version(second, 'ranged')).toBe('1.1.0');
  expect(await version(second, 'branched')).toBe('2.0.0');
  // And what is followed is followed there as well.
  expect(await second.run(['plugin:lock', '--check'])).toMatchObject(ok);
  expect((await second.run(['plugin:update', 'ranged'])).stdout).toContain('is pinned');
  expect(await second.run(['plugin:sync', '--frozen'])).toMatchObject({ ...ok, stdout: '-----> 5 plugins are as they should be\n' });
});

test('a tag that was moved is noticed: refused when frozen, else the locked commit is used', async () => {
  await using up = await upstream('greet');
  using first = Sandbox.prepared();
  await first.run(['plugin:install', up.url('greet'), '--committish', 'v1.0.0']);
  await first.run(['plugin:lock']);
  const [was, is] = ['v1.0.0', 'v2.0.0'].map((tag) => up.repository('greet').git('rev-parse', `${tag}^{commit}`).slice(0, 12));
  up.repository('greet').git('tag', '-f', 'v1.0.0', 'v2.0.0');

  using second = homeWithLock(lockText(first));
  const moved = `The tag v1.0.0 of ${up.url('greet')} was moved from ${was} to ${is}`;
  const frozen = await second.run(['plugin:sync', '--frozen']);
  expect(frozen).toMatchObject({ status: 1, stdout: '' });
  expect(frozen.stderr).toBe(` !     ${moved}; ask its author why; to accept it, update the plugin and lock again\n !     1 of 1 plugins failed: greet\n`);
  expect(existsSync(second.at('plugins/available/greet'))).toBe(false);
  expect(await second.run(['plugin:sync'])).toEqual({
    ...ok,
    stdout: '-----> Plugin greet 1.0.0 installed\n',
    stderr: ` !     ${moved}; the locked commit is used\n`,
  });
  expect(await trees(second)).toEqual(await trees(first));
});

test('what cannot be had any more is a line each; the rest is brought', async () => {
  await using up = await upstream('a', 'b');
  using first = Sandbox.prepared();
  for (const name of ['a', 'b']) await first.run(['plugin:install', up.url(name)]);
  await first.run(['plugin:lock']);
  renameSync(up.repository('a').path, `${up.repository('a').path}.gone`);
  using second = homeWithLock(lockText(first));
  const { status, stdout, stderr } = await second.run(['plugin:sync', '--frozen']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '-----> Plugin b 2.0.0 installed\n' });
  expect(stderr).toMatch(/^ ! {5}Cannot clone [^\n]*a\.git[^\n]*\n ! {5}1 of 2 plugins failed: a\n$/);
  // Where it is installed, nothing needs its source.
  expect(await first.run(['plugin:sync', '--frozen'])).toMatchObject({ ...ok, stdout: '-----> 2 plugins are as they should be\n' });
});

test('a tree that is not the locked one is refused', async () => {
  using box = Sandbox.prepared();
  box.file('greet/plugin.toml', '[plugin]\nversion = "1"\n').file('greet/subcommands/default', '#!/bin/sh\necho 1\n');
  await box.run(['plugin:install', join(box.root, 'greet')]);
  await box.run(['plugin:lock']);
  box.file('greet/subcommands/default', '#!/bin/sh\necho other\n');
  using second = homeWithLock(lockText(box));
  expect(await second.run(['plugin:sync'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/What greet has at its source is not what is locked: its tree is \w+, not \w+;/),
  });
  expect(await version(second, 'greet')).toBe('');
});

test('tool.toml asks, sync brings it about and locks it', async () => {
  await using up = await upstream('greet', 'wave', 'old');
  using box = Sandbox.prepared();
  await box.run(['plugin:install', up.url('old')]);
  const write = (range: string): void =>
    writeFileSync(box.at('tool.toml'), `[plugins]\ngreet = { git = "${up.url('greet')}", version = "${range}" }\nwave = { git = "${up.url('wave')}" }\n`);
  write('~1.0');
  expect(await box.run(['plugin:sync', '--frozen'])).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no tool.lock') });
  expect((await box.run(['plugin:sync', '--dry-run'])).stdout).toBe('would install greet 1.0.0\nwould install wave 2.0.0\n');
  expect(existsSync(box.at('plugins/available/greet'))).toBe(false);
  const synced = await box.run(['plugin:sync']);
  expect(synced).toMatchObject({ status: 0, stdout: '-----> Plugin greet 1.0.0 installed\n-----> Plugin wave 2.0.0 installed\n' });
  expect(synced.stderr).toContain('old is installed and not asked for');
  expect(lockText(box)).not.toContain('old');

  // Locked: a new version within the range is not taken by itself, here or elsewhere.
  up.repository('wave').publish('3.0.0');
  const locked = lockText(box);
  expect((await box.run(['plugin:sync', '--frozen'])).status).toBe(0);
  expect([await version(box, 'wave'), lockText(box)]).toEqual(['2.0.0', locked]);

  write('^1');
  expect(await box.run(['plugin:sync', '--frozen'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('tool.lock has no exact version for: greet'),
  });
  expect(await box.run(['plugin:sync', '--prune'])).toMatchObject({
    ...ok,
    stdout: '-----> Plugin greet 1.1.0 updated\n-----> Uninstalling what is not asked for: old\n-----> Plugin old uninstalled\n',
  });
  expect(await version(box, 'greet')).toBe('1.1.0');
  expect(await box.run(['plugin:sync', '--frozen'])).toMatchObject(ok);
  expect(await box.run(['plugin:lock', '--check'])).toMatchObject(ok);
});

test('--save adds and removes a line of tool.toml and keeps every other byte', async () => {
  await using up = await upstream('greet');
  using box = Sandbox.prepared();
  mkdirSync(box.home, { recursive: true });
  const [before, after] = ['# ours\n[aliases]   # short\ng = "greet"\n\n[plugins]\nother = { path = "x" } # kept\n', '\n# limits\n[archives]\nratio = 5\n'];
  writeFileSync(box.at('tool.toml'), before + after);
  await box.run(['plugin:install', up.url('greet'), '--version', '^1', '--save']);
  expect(readFileSync(box.at('tool.toml'), 'utf8')).toBe(`${before}greet = { git = "${up.url('greet')}", version = "^1" }\n${after}`);
  await box.run(['plugin:uninstall', 'greet', '--save']);
  expect(readFileSync(box.at('tool.toml'), 'utf8')).toBe(before + after);

  const inline = 'plugins = { other = { path = "x" } }\n';
  writeFileSync(box.at('tool.toml'), inline);
  const refused = await box.run(['plugin:install', up.url('greet'), '--save']);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(`add this line by hand: greet = { git = "${up.url('greet')}" }`) });
  expect(readFileSync(box.at('tool.toml'), 'utf8')).toBe(inline);
  expect(existsSync(box.at('plugins/available/greet'))).toBe(false);
});

test('what a plugin requires is checked, what it needs can be brought with it, and is kept while it is needed', async () => {
  await using up = await upstream('base', 'top');
  using box = Sandbox.prepared();
  const publish = (toml: string): void => {
    writeFileSync(join(up.repository('top').path, 'plugin.toml'), `[plugin]\nversion = "3"\ndescription = "d"\n${toml}[plugin.config]\n`);
    up.repository('top').commit({});
  };
  publish('requires = ">=99"\n');
  expect(await box.run(['plugin:install', up.url('top')])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/The plugin top requires tool >=99, and this is \d/),
  });
  publish(`requires = ">=0.1"\n[plugin.dependencies]\nbase = { version = "^1", git = "${up.url('base')}" }\nodd = 7\n`);
  expect(await box.run(['plugin:install', up.url('top')])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('The plugin top needs base ^1, which is not installed; give --with-dependencies'),
  });
  expect(existsSync(box.at('plugins/available/top'))).toBe(false);

  const both = await box.run(['plugin:install', up.url('top'), '--with-dependencies']);
  expect(both).toMatchObject({ status: 0, stderr: expect.stringContaining('the dependency odd is not understood') });
  expect(await version(box, 'base')).toBe('1.1.0');
  for (const command of ['disable', 'uninstall']) {
    expect(await box.run([`plugin:${command}`, 'base'])).toMatchObject({ status: 1, stderr: ` !     Plugin base is needed by top; ${command} that first\n` });
  }
  await box.run(['plugin:disable', 'top']);
  await box.run(['plugin:disable', 'base']);
  expect(await box.run(['plugin:enable', 'top'])).toMatchObject({
    status: 1,
    stderr: ' !     The plugin top needs base ^1, which is disabled; run `tool plugin:enable base`\n',
  });
  await box.run(['plugin:enable', 'base']);
  expect(await box.run(['plugin:enable', 'top'])).toMatchObject({ status: 0 });

  // In a lock the order of names is not the order of needs.
  await box.run(['plugin:lock']);
  using second = homeWithLock(lockText(box).replaceAll('base', 'base'));
  expect(await second.run(['plugin:sync', '--frozen'])).toMatchObject({
    status: 0,
    stdout: '-----> Plugin base 1.1.0 installed\n-----> Plugin top 3 installed\n',
  });
});

test('outdated tells ranges, branches and pins apart, and update of all sums up', async () => {
  await using up = await upstream('branch', 'ranged', 'tagged', 'held', 'gone');
  using box = Sandbox.prepared();
  await box.run(['plugin:install', up.url('branch')]);
  await box.run(['plugin:install', up.url('ranged'), '--version', '^1']);
  await box.run(['plugin:install', up.url('tagged'), '--committish', 'v1.0.0']);
  for (const name of ['held', 'gone']) await box.run(['plugin:install', up.url(name)]);
  expect(await box.run(['plugin:pin', 'held'])).toMatchObject({ ...ok, stdout: '-----> Plugin held pinned\n' });
  for (const name of ['branch', 'held']) up.repository(name).publish('3.0.0', 'v3.0.0');
  up.repository('ranged').publish('1.2.0', 'v1.2.0');
  const head = up.repository('branch').git('rev-parse', 'HEAD').slice(0, 12);
  const { status, stdout } = await box.run(['plugin:outdated']);
  expect({
    status,
    rows: stdout
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/ {2,}/)),
  }).toEqual({
    status: 0,
    rows: [
      ['NAME', 'INSTALLED', 'WANTED', 'LATEST', 'STATE', 'FOLLOWS'],
      ['branch', '2.0.0', head, 'v3.0.0', 'outdated', 'default branch'],
      ['gone', '2.0.0', up.repository('gone').git('rev-parse', 'HEAD').slice(0, 12), 'v2.0.0', 'current', 'default branch'],
      ['held', '2.0.0', up.repository('held').git('rev-parse', 'HEAD').slice(0, 12), 'v3.0.0', 'pinned', 'default branch'],
      ['ranged', '1.1.0', 'v1.2.0', 'v2.0.0', 'outdated', 'range ^1'],
      ['tagged', '1.0.0', 'v1.0.0', 'v2.0.0', 'pinned', 'tag v1.0.0'],
    ],
  });
  renameSync(up.repository('gone').path, `${up.repository('gone').path}.away`);
  const asked = await box.run(['plugin:outdated', '--format', 'json']);
  expect(asked.status).toBe(1);
  expect(JSON.parse(asked.stdout).find((row: { name: string }) => row.name === 'gone')).toMatchObject({
    state: 'unknown',
    problem: expect.stringContaining('Cannot ask'),
  });

  const updated = await box.run(['plugin:update', '--all']);
  expect(updated).toMatchObject({ status: 1, stderr: expect.stringMatching(/ ! {5}2 updated, 2 pinned, 1 not updated: gone\n$/) });
  expect([await version(box, 'branch'), await version(box, 'ranged'), await version(box, 'held')]).toEqual(['3.0.0', '1.2.0', '2.0.0']);
  const told: { name: string; outcome: string }[] = JSON.parse((await box.run(['plugin:update', '--format', 'json'])).stdout);
  expect(told.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'branch up to date',
    'gone failed',
    'held pinned',
    'ranged up to date',
    'tagged pinned',
  ]);
  await box.run(['plugin:unpin', 'held']);
  expect((await box.run(['plugin:update', 'held'])).stdout).toBe('-----> Plugin (held) updated\n');
  expect(await box.run(['plugin:unpin', 'tagged'])).toMatchObject({ status: 0, stderr: expect.stringContaining('plugin:update tagged BRANCH') });
});

test('check finds what was modified, removed, or has other permissions; what was added only when strict', async () => {
  using box = Sandbox.prepared();
  const source = {
    'plugin.toml': '[plugin]\nversion = "1"\n',
    'subcommands/default': '#!/bin/sh\n',
    'a b\u00e9': 'x',
    data: 'y',
    install: '#!/bin/sh\necho made >"$PLUGIN_AVAILABLE_PATH/greet/made"\n',
  };
  for (const [name, text] of Object.entries(source)) box.file(`greet/${name}`, text);
  await box.run(['plugin:install', join(box.root, 'greet')]);
  await box.run(['plugin:install', '--link', join(box.root, 'greet'), '--name', 'linked']);
  box.plugin('byhand', { 'plugin.toml': '[plugin]\nversion = "1"\n' });
  expect(await box.run(['plugin:check'])).toEqual({
    ...ok,
    stderr: ` !     ${box.at('plugins/available/byhand')} has no commands, no hooks and no functions; put programs into bare/ or subcommands/, or name them like triggers\n`,
    stdout: `-----> byhand: not checked, it was put there by hand, so nobody knows what it should be\n-----> linked: not checked, it is a link to ${join(box.root, 'greet')}\n-----> 1 unchanged, 2 not checked\n`,
  });
  const at = (name: string): string => box.at('plugins/available/greet', name);
  mkdirSync(at('cache/deep'), { recursive: true });
  expect(await box.run(['plugin:check', 'greet'])).toMatchObject({ ...ok, stdout: 'greet: added cache\n-----> 1 unchanged\n' });
  expect(await box.run(['plugin:check', 'greet', '--strict'])).toMatchObject({ status: 1 });

  writeFileSync(at('data'), 'z');
  writeFileSync(at('made'), 'other');
  await box.run(['755', at('a b\u00e9')], { command: 'chmod' });
  await box.run([at('subcommands/default')], { command: 'rm' });
  expect(await box.run(['plugin:check', 'greet'])).toEqual({
    ...ok,
    status: 1,
    stdout:
      'greet: permissions a b%C3%A9 (0644 became 0755)\ngreet: modified data\ngreet: modified made\ngreet: missing subcommands/default\ngreet: added cache\n-----> 1 changed\n',
  });
  const listing = box.at('plugins/store/greet/receipts/1.files');
  writeFileSync(listing, readFileSync(listing, 'utf8').replace(' data\n', ' date\n'));
  expect(await box.run(['plugin:check', 'greet'])).toMatchObject({ status: 1, stderr: expect.stringContaining('not the one that its receipt was made with') });
  expect(await box.run(['plugin:check', 'nobody'])).toMatchObject({ status: 1, stderr: expect.stringContaining('Plugin (nobody) is not currently installed') });
});

test('a lock or a section that cannot be understood is one line that names the place', async () => {
  const cases: [file: string, text: string, message: string][] = [
    ['tool.lock', 'format = 2\n', 'was written by a newer tool (format 2); update tool to that version'],
    ['tool.lock', 'format = 0\n', 'is not a lock of this tool'],
    ['tool.lock', 'format = 1\n[plugins.x]\ngit = "u"\n', 'the plugin x has no "commit"'],
    ['tool.lock', 'format = 1\n[plugins."../x"]\npath = "u"\n', 'the plugin ../x is not one'],
    ['tool.lock', '<<<<<<< ours\n', 'tool.lock:1:'],
    ['tool.toml', '[plugins]\nx = "y"\n', 'the plugin x is no inline table'],
    ['tool.toml', '[plugins]\nx = { git = "u", path = "p" }\n', 'needs one of'],
    ['tool.toml', '[plugins]\nx = { git = "u", tag = "p" }\n', 'has a key "tag"'],
    ['tool.toml', '[plugins]\n"../x" = { git = "u" }\n', 'a name that no plugin can have'],
  ];
  for (const [file, text, message] of cases) {
    using box = Sandbox.prepared();
    mkdirSync(dirname(box.at(file)), { recursive: true });
    writeFileSync(box.at(file), text);
    const { status, stderr } = await box.run(['plugin:sync']);
    expect({ text, status, lines: stderr.split('\n').length }).toEqual({ text, status: 1, lines: 2 });
    expect(stderr).toContain(message);
  }
});
