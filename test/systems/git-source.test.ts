import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository, serveGit } from '../support/git.ts';
import { testNeeding } from '../support/needs.ts';
import { PACKAGE, Sandbox, TOOL } from '../support/sandbox.ts';

/** A sandbox, a repository with three versions, and its address. */
function published(): { box: Sandbox; repository: Repository; url: string; commits: string[] } {
  const box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'repos/dokku-greet.git'));
  const commits = ['1.0.0', '1.1.0', '2.0.0'].map((version) => repository.publish(version, `v${version}`));
  return { box, repository, url: `file://${repository.path}`, commits };
}

const version = async (box: Sandbox): Promise<string> => (await box.run(['greet'])).stdout.trim();

test('a repository over HTTP is cloned, enabled and kept with its .git', async () => {
  const { box, commits } = published();
  using _ = box;
  await using server = await serveGit(join(box.root, 'repos'));
  const url = `${server.url}/dokku-greet.git`;
  expect(await box.run(['plugin:install', url])).toEqual({
    stdout: `-----> Installing plugin greet from ${url}\n-----> Plugin greet enabled\n`,
    stderr: '',
    status: 0,
    signal: null,
  });
  expect(await version(box)).toBe('2.0.0');
  const rows: { name: string; source_url: string; committish: string; branch: string }[] = JSON.parse(
    (await box.run(['plugin:list', '--format', 'json'])).stdout,
  );
  expect(rows.find((row) => row.name === 'greet')).toMatchObject({ source_url: url, committish: commits[2], branch: 'main' });
  const again = await box.run(['plugin:install', url]);
  expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('Plugin greet is already installed') });
});

test.each([
  ['a branch', ['--committish', 'main'], '2.0.0'],
  ['a tag', ['--committish', 'v1.0.0'], '1.0.0'],
  ['a range', ['--version', '^1.0'], '1.1.0'],
  ['another range', ['--version', '>=1'], '2.0.0'],
])('--committish and --version choose: %s', async (_name, flags, expected) => {
  const { box, url } = published();
  using _ = box;
  expect(await box.run(['plugin:install', url, ...flags])).toMatchObject({ status: 0, stderr: '' });
  expect(await version(box)).toBe(expected);
});

test('a commit by its hash is a pin', async () => {
  const { box, url, commits, repository } = published();
  using _ = box;
  await box.run(['plugin:install', url, '--committish', commits[0] as string]);
  expect(await version(box)).toBe('1.0.0');
  repository.publish('3.0.0');
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 0, stdout: expect.stringContaining(`Plugin (greet) pinned to ${commits[0]}`) });
  expect(await box.run(['plugin:update', 'greet', 'main'])).toMatchObject({ status: 0, stdout: '-----> Plugin (greet) updated and follows main\n' });
  expect(await version(box)).toBe('3.0.0');
});

test('update follows the branch, or the range, and says when there is nothing new', async () => {
  const { box, url, repository } = published();
  using _ = box;
  await box.run(['plugin:install', url]);
  expect(await box.run(['plugin:update', 'greet'])).toEqual({ stdout: 'Plugin (greet) is up to date\n', stderr: '', status: 0, signal: null });
  repository.publish('2.1.0', 'v2.1.0', { update: '#!/bin/sh\necho update hook\n', install: '#!/bin/sh\necho install hook\n' });
  expect(await box.run(['plugin:update', 'greet', '--dry-run'])).toMatchObject({
    stdout: 'would update greet from 2.0.0 to 2.1.0\nwould run its install hook\nwould run its update hook\n',
  });
  expect(await version(box)).toBe('2.0.0');
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ stdout: 'install hook\nupdate hook\n-----> Plugin (greet) updated\n', status: 0 });
  expect(await version(box)).toBe('2.1.0');
  await box.run(['plugin:install', url, '--name', 'ranged', '--version', '^1.0']);
  repository.git('tag', 'v1.9.0', 'v1.0.0');
  expect(await box.run(['plugin:update', 'ranged'])).toMatchObject({ status: 0, stdout: '-----> Plugin (ranged) updated\n' });
  expect((await box.run(['plugin:info', 'ranged'])).stdout).toContain('ranged');
});

test('update of all goes on after a failure and says which failed', async () => {
  const { box, url, repository } = published();
  using _ = box;
  const other = new Repository(join(box.root, 'repos/other'));
  other.publish('1.0.0');
  await box.run(['plugin:install', url]);
  await box.run(['plugin:install', `file://${other.path}`]);
  repository.publish('9.0.0', undefined, { install: '#!/bin/sh\nexit 5\n' });
  other.publish('1.0.1');
  const { status, stdout, stderr } = await box.run(['plugin:update']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '-----> Plugin (other) updated\n' });
  expect(stderr).toContain(' !     The install hook of greet ended with status 5; the plugin is as it was\n !     1 updated, 1 not updated: greet\n');
  expect(await version(box)).toBe('2.0.0');
});

test('generations are kept and can be brought back, also after an uninstall', async () => {
  const { box, url } = published();
  using _ = box;
  await box.run(['plugin:install', url, '--committish', 'v1.0.0']);
  for (const tag of ['v1.1.0', 'v2.0.0']) await box.run(['plugin:update', 'greet', tag]);
  const history: { generation: number; state: string; version: string }[] = JSON.parse((await box.run(['plugin:history', 'greet', '--format', 'json'])).stdout);
  expect(history.map(({ generation, state, version }) => [generation, state, version])).toEqual([
    [3, 'current', '2.0.0'],
    [2, 'kept', '1.1.0'],
    [1, 'kept', '1.0.0'],
  ]);
  expect(await box.run(['plugin:rollback', 'greet'])).toMatchObject({ status: 0, stdout: '-----> Plugin greet is back at generation 2 (1.1.0)\n' });
  expect(await version(box)).toBe('1.1.0');
  expect(await box.run(['plugin:rollback', 'greet', '--to', '3'])).toMatchObject({ status: 0 });
  expect(await version(box)).toBe('2.0.0');
  expect(await box.run(['plugin:rollback', 'greet', '--to', '9'])).toMatchObject({
    status: 1,
    stderr: ' !     Generation 9 of greet is not kept; --to takes 1, 2\n',
  });
  await box.run(['plugin:uninstall', 'greet']);
  expect(existsSync(box.at('plugins/available/greet'))).toBe(false);
  expect(await box.run(['plugin:rollback', 'greet'])).toMatchObject({ status: 0 });
  expect(await version(box)).toBe('2.0.0');
});

test('three previous generations are kept, older ones are history', async () => {
  const { box, url, repository } = published();
  using _ = box;
  await box.run(['plugin:install', url]);
  for (const next of ['3', '4', '5', '6']) {
    repository.publish(next);
    await box.run(['plugin:update', 'greet']);
  }
  expect((await box.run(['plugin:history', 'greet'])).stdout.split('\n').map((line) => line.split(/\s+/).slice(0, 3).join(' '))).toEqual([
    '5 current 6',
    '4 kept 5',
    '3 kept 4',
    '2 kept 3',
    '1 gone 2.0.0',
    '',
  ]);
  expect(readdirSync(box.at('plugins/store/greet')).sort()).toEqual(['2', '3', '4', 'current', 'receipts']);
});

test.each([
  ['an unknown committish', ['--committish', 'nope'], 'has no branch, tag or commit "nope"; its tags: '],
  ['a range without a tag', ['--version', '^7'], 'has no tag within ^7'],
  ['a broken range', ['--version', 'x y'], '"x y" is not a version range'],
  ['a committish that is a flag', ['--committish=--upload-pack=x'], '--committish cannot be "--upload-pack=x"'],
])('%s is one line, and nothing is left', async (_name, flags, line) => {
  const { box, url } = published();
  using _ = box;
  const { status, stderr } = await box.run(['plugin:install', url, ...flags]);
  expect(status).not.toBe(0);
  expect(stderr).toContain(line);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(existsSync(box.at('plugins/available/greet'))).toBe(false);
  // What is refused by its words alone is not staged at all.
  const staging = box.at('plugins/store/.staging');
  expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([]);
});

test('what a server may answer wrong is one line each', async () => {
  const { box } = published();
  using _ = box;
  new Repository(join(box.root, 'repos/none')).commit({ README: 'x' });
  new Repository(join(box.root, 'repos/empty'));
  await using server = await serveGit(join(box.root, 'repos'));
  const refused = async (path: string): Promise<string> => {
    const { status, stderr } = await box.run(['plugin:install', `${server.url}/${path}`]);
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return stderr;
  };
  expect(await refused('missing')).toMatch(/Cannot clone .*not found/);
  expect(await refused('none')).toContain('is not a plugin: plugin.toml is missing');
  expect(await refused('empty')).toContain('has no commits');
  server.intercept((_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end());
  expect(await refused('dokku-greet.git')).toContain('Cannot clone');
  server.intercept((request) => request.socket.destroy());
  expect(await refused('dokku-greet.git')).toContain('Cannot clone');
  server.intercept(undefined);
  expect(await box.run(['plugin:install', `${server.url}/dokku-greet.git`])).toMatchObject({ status: 0, stderr: '' });
});

test('another place under a taken name is refused, with what moves it there', async () => {
  const { box, url, commits } = published();
  using _ = box;
  const other = new Repository(join(box.root, 'else/greet'));
  other.publish('1.0.0');
  await box.run(['plugin:install', url]);
  expect(await box.run(['plugin:install', `file://${other.path}`])).toMatchObject({
    status: 1,
    stderr: ` !     Plugin greet is already installed from ${url} at ${commits[2]?.slice(0, 12)}; \`tool plugin:update greet --from file://${other.path}\` moves it\n`,
  });
  const dokku = join(box.root, 'dokku');
  symlinkSync(TOOL, dokku);
  expect(await box.run(['plugin:install', `file://${other.path}`], { command: dokku })).toMatchObject({
    status: 1,
    stderr: " !     Plugin 'greet' is already installed, but with a different url. To install anyway, uninstall it first.\n",
  });
});

test('a repository that is not there is told in git’s own words', async () => {
  using box = Sandbox.prepared();
  const { status, stderr } = await box.run(['plugin:install', `file://${box.root}/nowhere.git`]);
  expect(status).toBe(1);
  expect(stderr).toContain("nowhere.git' does not appear to be a git repository");
});

test('generations survive what is put in place by hand, over and over', async () => {
  const { box, url, repository } = published();
  using _ = box;
  await box.run(['version']);
  for (const round of ['7.0.0', '7.1.0']) {
    await box.run(['clone', '-q', url, box.at('plugins/available/greet')], { command: 'git' });
    expect(await box.run(['plugin:enable', 'greet'])).toMatchObject({ status: 0 });
    repository.publish(round);
    expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 0, stdout: '-----> Plugin (greet) updated\n' });
    expect(await version(box)).toBe(round);
    expect(await box.run(['plugin:uninstall', 'greet'])).toMatchObject({ status: 0 });
  }
  expect(await box.run(['plugin:rollback', 'greet'])).toMatchObject({ status: 0 });
  expect(await version(box)).toBe('7.1.0');
});

test('--link follows the directory, for development', async () => {
  using box = Sandbox.prepared();
  box.file('work/greet/plugin.toml', '[plugin]\nversion = "dev"\n').file('work/greet/subcommands/default', '#!/bin/sh\necho one\n');
  expect(await box.run(['plugin:install', '--link', join(box.root, 'work/greet')])).toMatchObject({ status: 0, stderr: '' });
  expect(await version(box)).toBe('one');
  box.file('work/greet/subcommands/default', '#!/bin/sh\necho two\n');
  expect(await version(box)).toBe('two');
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 0, stdout: expect.stringContaining('is a link to') });
  expect(await box.run(['plugin:uninstall', 'greet'])).toMatchObject({ status: 0 });
  expect(existsSync(join(box.root, 'work/greet/plugin.toml'))).toBe(true);
});

test('a clone that somebody put there can be updated, and becomes one that can be rolled back', async () => {
  const { box, repository, url } = published();
  using _ = box;
  await box.run(['version']);
  await box.run(['clone', '-q', url, box.at('plugins/available/greet')], { command: 'git' });
  symlinkSync('../available/greet', box.at('plugins/enabled/greet'));
  repository.publish('3.0.0');
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 0, stdout: '-----> Plugin (greet) updated\n' });
  expect(await version(box)).toBe('3.0.0');
  expect(await box.run(['plugin:rollback', 'greet'])).toMatchObject({ status: 0 });
  expect(await version(box)).toBe('2.0.0');
});

test('a hook cannot change plugins under the change that runs it', async () => {
  using box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1.0.0', undefined, { install: '#!/bin/sh\ntool plugin:disable greet\ndokku plugin:install /nowhere\nexit 0\n' });
  const { status, stderr } = await box.run(['plugin:install', `file://${repository.path}`]);
  expect(status).toBe(0);
  expect(stderr).toBe(' !     Plugins cannot be changed from a hook of greet while it is being changed; do it when the change is over\n'.repeat(2));
});

test('install and dependencies triggers are fired for all', async () => {
  using box = Sandbox.prepared();
  for (const name of ['a', 'b']) box.plugin(name, { install: '#!/bin/sh\necho "install $0"\n', dependencies: '#!/bin/sh\necho "dependencies $0"\n' });
  const at = (name: string, hook: string): string => `${hook} ${box.at('plugins/enabled', name, hook)}\n`;
  expect((await box.run(['plugin:install'])).stdout).toBe(at('a', 'install') + at('b', 'install'));
  expect((await box.run(['plugin:install-dependencies'])).stdout).toBe(at('a', 'dependencies') + at('b', 'dependencies'));
  expect((await box.run(['plugin:install', '--core'])).stdout).toBe('');
});

test('a password in the address is used, kept for updates, and is in no argv, receipt, message or .git/config', async () => {
  const { box, repository } = published();
  using _ = box;
  await using server = await serveGit(join(box.root, 'repos'), 'user:s3c%r3t');
  const url = `${server.url.replace('://', '://user:s3c%25r3t@')}/dokku-greet.git`;
  // Every program that git starts is git: this one tells what each was given.
  const git = (await box.run(['-c', 'command -v git'], { command: 'sh' })).stdout.trim();
  box.file('bin/git', `#!/bin/sh\nprintf '%s\\n' "$*" >>${box.root}/argv\nexec ${git} "$@"\n`);
  const env = { PATH: `${join(box.root, 'bin')}:${process.env.PATH}` };
  const results = [await box.run(['plugin:install', url, '--committish', 'main'], { env })];
  repository.publish('3.0.0');
  results.push(await box.run(['plugin:update', 'greet'], { env }), await box.run(['plugin:info', 'greet', '--format', 'json']));
  expect(results.map(({ status, stderr }) => ({ status, stderr }))).toEqual(results.map(() => ({ status: 0, stderr: '' })));
  expect(await version(box)).toBe('3.0.0');

  const files = ['plugins/store/greet/current', 'plugins/available/greet/.git/config'].map((path) => readFileSync(box.at(path), 'utf8'));
  const argv = readFileSync(join(box.root, 'argv'), 'utf8');
  expect(argv).toContain(`${server.url}/dokku-greet.git`);
  expect([...files, argv, JSON.stringify(results)].filter((text) => /s3c|user/.test(text.replaceAll(/"user[a-z-]+"/g, '')))).toEqual([]);
  expect(statSync(box.at('plugins/store/.addresses')).mode & 0o777).toBe(0o600);

  const refused = await box.run(['plugin:install', url.replace('r3t', 'bad'), '--name', 'other']);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('Cannot clone') });
  expect(refused.stderr).not.toContain('s3c');
});

test('an update that is undone leaves the configuration of the old version to hooks', async () => {
  using box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'repos/greet.git'));
  const hook = '#!/bin/sh\nenv | grep ^CONFIG_\n';
  const manifest = (version: string, key: string): string => `[plugin]\nversion = "${version}"\n[plugin.config]\n${key} = "x"\n`;
  repository.commit({ 'plugin.toml': manifest('1', 'old'), tell: hook }, 'v1');
  await box.run(['plugin:install', `file://${repository.path}`]);
  repository.commit({ 'plugin.toml': manifest('2', 'new'), install: '#!/bin/sh\nexit 3\n' }, 'v2');
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 3 });
  expect((await box.run(['plugin:trigger', 'tell'])).stdout).toBe('CONFIG_OLD=\n');
});

testNeeding('python3')('a clone that takes more than a moment turns a spinner at a terminal, and only there', async () => {
  const { box, url } = published();
  using _ = box;
  const git = (await box.run(['-c', 'command -v git'], { command: 'sh' })).stdout.trim();
  box.file('bin/git', `#!/bin/sh\ncase $* in *clone*) sleep 1.2 ;; esac\nexec ${git} "$@"\n`);
  const env = { PATH: `${join(box.root, 'bin')}:${process.env.PATH}`, TERM: 'xterm', NO_COLOR: '1' };
  const under = ['python3', join(PACKAGE, 'test/fixtures/terminal.py'), '[]'];
  const { status, output } = JSON.parse((await box.run(['plugin:install', url], { env, under })).stdout);
  const shown = output.replaceAll('\x1b[K', '<cleared>');
  expect({ status, shown }).toEqual({ status: 0, shown: expect.stringMatching(/\r {7}greet [|/\\-]<cleared>.*\r<cleared>-----> Plugin greet enabled/s) });
  expect(await box.run(['plugin:install', url, '--name', 'other'], { env })).toMatchObject({ status: 0, stderr: '' });
});
