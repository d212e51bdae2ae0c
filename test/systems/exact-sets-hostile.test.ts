import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository, serveGit } from '../support/git.ts';
import { Sandbox } from '../support/sandbox.ts';

/** A sandbox with a repository of a plugin, at two versions. */
function published(name = 'greet'): { box: Sandbox; repository: Repository; url: string } {
  const box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'repos', `${name}.git`));
  for (const version of ['1.0.0', '2.0.0']) repository.publish(version, `v${version}`);
  return { box, repository, url: `file://${repository.path}` };
}

test('no configuration of the repository around the current directory is followed', async () => {
  const { box, url } = published();
  using _ = box;
  await box.run(['plugin:install', url]);
  box.file('evil/run', `#!/bin/sh\ntouch ${box.root}/ran\n`);
  execFileSync('git', ['init', '-q', join(box.root, 'evil')]);
  box.file('evil/.git/config', `[url "ext::${box.root}/evil/run "]\n\tinsteadOf = file://\n[protocol "ext"]\n\tallow = always\n`);
  for (const argv of [['plugin:outdated'], ['plugin:update', 'greet'], ['plugin:install', url, '--name', 'b']]) {
    expect(await box.run(argv, { cwd: join(box.root, 'evil') })).toMatchObject({ status: 0 });
  }
  expect(existsSync(join(box.root, 'ran'))).toBe(false);
});

test('an edit of tool.toml keeps its mode and a link to it', async () => {
  const { box, url } = published();
  using _ = box;
  box.file('shared.toml', '# mine\n', 0o600);
  mkdirSync(box.home, { recursive: true });
  symlinkSync(join(box.root, 'shared.toml'), box.at('tool.toml'));
  await box.run(['plugin:install', url, '--save']);
  expect(lstatSync(box.at('tool.toml')).isSymbolicLink()).toBe(true);
  expect(statSync(box.at('tool.toml')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(box.root, 'shared.toml'), 'utf8')).toContain('# mine\n\n[plugins]\ngreet = ');
});

test('no form of address puts its secret into a message', async () => {
  using box = Sandbox.prepared();
  const sources = [
    'HTTP://u:s3cret@127.0.0.1:1/x.git',
    "http://u:s3'cret@127.0.0.1:1/x.git",
    'https://u:s3cret@127.0.0.1',
    'http://127.0.0.1:1/x.git?private_token=s3cret',
    'http://127.0.0.1:1/x.tgz?client_secret=s3cret',
    'u:s3cret@127.0.0.1:x',
    '-u:s3cret@127.0.0.1:x',
    'ssh://u:s3cret@127.0.0.1:1/x.git',
  ];
  for (const source of sources) {
    const result = await box.run(['plugin:install', '--', source], { env: { GIT_SSH_COMMAND: 'false', http_proxy: undefined } });
    expect({ source, status: result.status === 0 }).toEqual({ source, status: false });
    expect(`${result.stdout}${result.stderr}`, source).not.toMatch(/s3'?cret|cret@/);
  }
});

test('tool.toml and tool.lock together are enough for another machine, also with a password in the address', async () => {
  const { box } = published();
  using _ = box;
  await using server = await serveGit(join(box.root, 'repos'), 'user:s3cret');
  mkdirSync(box.home, { recursive: true });
  writeFileSync(box.at('tool.toml'), `[plugins]\ngreet = { git = "${server.url.replace('://', '://user:s3cret@')}/greet.git" }\n`);
  expect(await box.run(['plugin:sync'])).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(box.at('tool.lock'), 'utf8')).not.toContain('s3cret');
  using second = Sandbox.prepared();
  mkdirSync(second.home, { recursive: true });
  for (const file of ['tool.toml', 'tool.lock']) writeFileSync(second.at(file), readFileSync(box.at(file)));
  expect(await second.run(['plugin:sync', '--frozen'])).toMatchObject({ status: 0, stderr: '', stdout: '-----> Plugin greet 2.0.0 installed\n' });
});

test('a hook cannot lock the set that it is a change of, and is told so at once', async () => {
  const { box, repository, url } = published();
  using _ = box;
  repository.publish('3.0.0', 'v3.0.0', { install: '#!/bin/sh\ntool plugin:lock\nexit 0\n' });
  expect(await box.run(['plugin:install', url])).toMatchObject({ status: 0, stderr: expect.stringContaining('cannot be changed from a hook of greet') });
});

test('plugins that need each other are refused, not installed for ever', async () => {
  using box = Sandbox.prepared();
  for (const [name, other] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    box.file(`${name}/plugin.toml`, `[plugin]\nversion = "1"\n[plugin.dependencies]\n${other} = { path = "${join(box.root, other)}" }\n`);
  }
  const { status, stdout, stderr } = await box.run(['plugin:install', join(box.root, 'a'), '--with-dependencies']);
  expect({ status, lines: stdout.split('\n').length }).toEqual({ status: 1, lines: 3 });
  expect(stderr).toContain('The plugin b needs a, which is not installed');
});

test('what is brought for another plugin is saved with it; pruning keeps what is needed', async () => {
  using box = Sandbox.prepared();
  box.file('base/plugin.toml', '[plugin]\nversion = "1"\n');
  box.file('top/plugin.toml', `[plugin]\nversion = "1"\n[plugin.dependencies]\nbase = { path = "${join(box.root, 'base')}" }\n`);
  await box.run(['plugin:install', join(box.root, 'top'), '--with-dependencies', '--save']);
  expect(readFileSync(box.at('tool.toml'), 'utf8')).toMatch(/^\[plugins\]\nbase = .*\ntop = .*\n$/);
  writeFileSync(box.at('tool.toml'), readFileSync(box.at('tool.toml'), 'utf8').replace(/^base.*\n/m, ''));
  expect(await box.run(['plugin:sync', '--prune'])).toMatchObject({ status: 1, stderr: expect.stringContaining('Plugin base is needed by top') });
  writeFileSync(box.at('tool.toml'), '[plugins]\n');
  expect(await box.run(['plugin:sync', '--prune'])).toMatchObject({
    status: 0,
    stdout: '-----> Uninstalling what is not asked for: base, top\n-----> Plugin top uninstalled\n-----> Plugin base uninstalled\n',
  });
});

test('a lock of somebody who means harm is one line, and no more', async () => {
  const plugin = (lines: string, name = 'x'): string => `format = 1\n[plugins.${name}]\n${lines}\nsource = "sha256:${'0'.repeat(64)}"\n`;
  const commit = `commit = "${'0'.repeat(40)}"`;
  const locks = [
    plugin(`git = "constructor"\n${commit}`),
    plugin(`git = "file:///x\\u0000"\n${commit}`),
    plugin('path = "/tmp/\\u001b[2J\\u009b"'),
    plugin('path = "/"', 'a'.repeat(300)),
    plugin('path = "/"', '"a\\u001b[2Jb"'),
    plugin(`git = "--upload-pack=touch /tmp/x"\n${commit}`),
    plugin(`git = "ext::sh -c id"\n${commit}`),
    'format = 1\nplugins = 1979-05-27\n',
  ];
  for (const text of locks) {
    using box = Sandbox.prepared();
    mkdirSync(box.home, { recursive: true });
    writeFileSync(box.at('tool.lock'), text);
    const { status, stdout, stderr } = await box.run(['plugin:sync', '--prune']);
    expect({ text, status, stdout }).toEqual({ text, status: 1, stdout: '' });
    expect(stderr, text).toMatch(/^( ! {5}[ -~…]*\n){1,2}$/);
  }
});

test('what a plugin says of itself reaches no terminal as a command to it', async () => {
  using box = Sandbox.prepared();
  box.file('x/plugin.toml', '[plugin]\nversion = "1\\u001b[2J"\ndescription = "d\\u009b2J"\nrequires = ">=9\\u001b]0;t\\u0007"\n');
  const { stderr } = await box.run(['plugin:install', join(box.root, 'x')]);
  expect(stderr).toMatch(/^( ! {5}[ -~]*\n)+$/);
});

test('a branch called like a commit is followed through a lock, and a tag is known by any of its names', async () => {
  const { box, repository } = published();
  using _ = box;
  const digit = repository.git('rev-parse', 'HEAD').slice(0, 1);
  repository.git('branch', digit);
  const url = `file://${repository.path}`;
  await box.run(['plugin:install', url, '--committish', digit]);
  await box.run(['plugin:install', url, '--committish', 'refs/tags/v1.0.0', '--name', 'tagged']);
  await box.run(['plugin:lock']);
  expect(await box.run(['plugin:lock', '--check'])).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:sync', '--frozen'])).toMatchObject({ status: 0, stdout: '-----> 2 plugins are as they should be\n' });
  repository.git('tag', '-f', 'v1.0.0', 'v2.0.0');
  using second = Sandbox.prepared();
  mkdirSync(second.home, { recursive: true });
  writeFileSync(second.at('tool.lock'), readFileSync(box.at('tool.lock')));
  expect(await second.run(['plugin:sync', '--frozen'])).toMatchObject({ status: 1, stderr: expect.stringContaining('The tag v1.0.0 of') });
});

test('check reports on what has become of a plugin, whatever that is', async () => {
  using box = Sandbox.prepared();
  for (const name of ['file', 'dangling', 'whole']) {
    box.file('x/plugin.toml', '[plugin]\nversion = "1"\n');
    await box.run(['plugin:install', join(box.root, 'x'), '--name', name]);
  }
  const available = (name: string): string => box.at('plugins/available', name);
  for (const name of ['file', 'dangling']) renameSync(available(name), join(box.root, name));
  writeFileSync(available('file'), '');
  symlinkSync('nowhere', available('dangling'));
  const { status, stdout, stderr } = await box.run(['plugin:check']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('1 unchanged') });
  expect(stderr.match(/is no longer a directory/g)?.length).toBeGreaterThanOrEqual(1);
  expect(await box.run(['plugin:check', '../../../etc'])).toMatchObject({ status: 1, stderr: expect.stringContaining('is not currently installed') });
});

test('a plugin.toml that is no plain file, or has no end, is said to be so', async () => {
  using box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'zero'));
  symlinkSync('/dev/zero', join(repository.path, 'plugin.toml'));
  repository.commit({ x: 'y' });
  expect(await box.run(['plugin:install', `file://${repository.path}`])).toMatchObject({ status: 1, stderr: expect.stringContaining('is not a file') });
  mkdirSync(box.at('plugins/available/pipe'), { recursive: true });
  execFileSync('mkfifo', [box.at('plugins/available/pipe/plugin.toml')]);
  expect(await box.run(['plugin:list'])).toMatchObject({ status: 0, stderr: expect.stringContaining('pipe/plugin.toml is not a file') });
  chmodSync(box.at('plugins/available/pipe/plugin.toml'), 0o600);
});
