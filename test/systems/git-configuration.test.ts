import { appendFileSync, existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository, serveGit } from '../support/git.ts';
import { Sandbox } from '../support/sandbox.ts';

/** A sandbox and a program that leaves a mark when it is run. */
function trapped(): { box: Sandbox; trap: string; mark: string } {
  const box = new Sandbox();
  const [trap, mark] = [join(box.root, 'trap'), join(box.root, 'mark')];
  box.file('trap', `#!/bin/sh\necho "$0 $*" >>${mark}\n`);
  return { box, trap, mark };
}

const HOOKS = ['post-checkout', 'reference-transaction', 'post-index-change', 'fsmonitor-watchman'];

test('the bytes are the repository’s, and no hook of anybody runs, whatever git is told', async () => {
  const { box, trap, mark } = trapped();
  using _ = box;
  const repository = new Repository(join(box.root, 'greet'));
  const hooks = Object.fromEntries(HOOKS.map((hook) => [`.githooks/${hook}`, `#!/bin/sh\necho ${hook} >>${mark}\n`]));
  for (const [path, text] of Object.entries(hooks)) box.file(path.replace('.githooks', 'template/hooks'), text);
  repository.commit({ '.gitattributes': '* text=auto\n', 'note.txt': '$Id$\none\ntwo\n', ...hooks });
  symlinkSync('note.txt', join(repository.path, 'link'));
  repository.publish('1.0.0', 'v1.0.0');
  box.file('attributes', '* ident eol=crlf\n');
  box.file(
    '.gitconfig',
    `[core]
	eol = crlf
	autocrlf = true
	safecrlf = true
	symlinks = false
	attributesFile = ${box.root}/attributes
	hooksPath = .githooks
	fsmonitor = ${trap}
[column]
	ui = always
[color]
	ui = always
[clone]
	defaultRemoteName = up
[tag]
	sort = -version:refname
[log]
	showSignature = true
[submodule]
	recurse = true
[init]
	templateDir = ${box.root}/template
`,
  );
  const env = {
    GIT_TEMPLATE_DIR: join(box.root, 'template'),
    GIT_CONFIG_PARAMETERS: "'core.hooksPath'='.githooks' 'core.eol'='crlf'",
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.hooksPath',
    GIT_CONFIG_VALUE_0: '.githooks',
  };
  const url = `file://${repository.path}`;
  const tree = box.at('plugins/available/greet');
  const version = async () => (await box.run(['greet'])).stdout;
  expect(await box.run(['plugin:install', url, '--version', '^1', '--dry-run'], { env })).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:install', url, '--version', '^1'], { env })).toMatchObject({ status: 0, stderr: '' });
  expect(await version()).toBe('1.0.0\n');
  expect(readFileSync(join(tree, 'note.txt'), 'latin1')).toBe('$Id$\none\ntwo\n');
  expect(lstatSync(join(tree, 'link')).isSymbolicLink()).toBe(true);
  expect(readdirSync(join(tree, '.git'))).not.toContain('hooks');
  repository.publish('1.1.0', 'v1.1.0');
  expect(await box.run(['plugin:update', 'greet'], { env })).toMatchObject({ status: 0, stderr: '', stdout: '-----> Plugin (greet) updated\n' });
  expect(await version()).toBe('1.1.0\n');
  const rows: { name: string; source_url: string }[] = JSON.parse((await box.run(['plugin:list', '--format', 'json'], { env })).stdout);
  expect(rows.find(({ name }) => name === 'greet')?.source_url).toBe(url);
  expect(await box.run(['plugin:check'], { env })).toMatchObject({ status: 0 });
  expect(existsSync(mark) ? readFileSync(mark, 'utf8') : '').toBe('');
});

test('the caller’s git configuration by environment counts, with credentials too, and a surrounding repository’s variables do not', async () => {
  using box = new Sandbox();
  const repository = new Repository(join(box.root, 'repos/greet'));
  const around = new Repository(join(box.root, 'around'));
  for (const each of [repository, around]) each.publish('1.0.0');
  await using server = await serveGit(join(box.root, 'repos'), 'user:s3cret');
  const env = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${server.url}/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://git.example.org/team/',
    // As git sets them for a hook.
    GIT_DIR: join(around.path, '.git'),
    GIT_WORK_TREE: around.path,
    GIT_INDEX_FILE: join(around.path, '.git/index'),
    GIT_PREFIX: '',
  };
  const withUser = { ...env, GIT_CONFIG_KEY_0: `url.${server.url.replace('://', '://user:s3cret@')}/.insteadOf` };
  expect(await box.run(['plugin:install', 'https://git.example.org/team/greet'], { env: withUser })).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['greet'])).stdout).toBe('1.0.0\n');
  // What the address holds goes behind what the environment says.
  const address = `${server.url.replace('://', '://user:s3cret@')}/greet`;
  expect(await box.run(['plugin:install', address, '--name', 'other'], { env })).toMatchObject({ status: 0, stderr: '' });
  expect(around.git('status', '--porcelain')).toBe('');
  // `git -c`, from an alias.
  const words = ['-c', `url.file://${box.root}/repos/.insteadOf=https://git.example.org/`, '-c', 'core.hooksPath=.githooks'];
  const alias = `alias.bring=!"${process.cwd()}/bin/tool" plugin:install https://git.example.org/greet --name aliased`;
  expect(await box.run([...words, '-c', alias, 'bring'], { command: 'git', cwd: around.path })).toMatchObject({
    status: 0,
    stdout: '-----> Installing plugin aliased from https://git.example.org/greet\n-----> Plugin aliased enabled\n',
  });
});

test('the .git/config of an installed plugin makes nothing run', async () => {
  const { box, trap, mark } = trapped();
  using _ = box;
  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1.0.0');
  const url = `file://${repository.path}`;
  expect(await box.run(['plugin:install', url])).toMatchObject({ status: 0 });
  await box.run(['clone', '-q', url, box.at('plugins/available/byhand')], { command: 'git' });
  box.file('more', `[remote "origin"]\n\turl = ext::${trap}\n`);
  for (const name of ['greet', 'byhand']) {
    const git = box.at('plugins/available', name, '.git');
    const aliases = ['config', 'rev-parse', 'symbolic-ref', 'ls-remote', 'clone'].map((word) => `[alias]\n\t${word} = !${trap} ${word}\n`);
    appendFileSync(
      join(git, 'config'),
      `[core]\n\tfsmonitor = ${trap}\n\thooksPath = ${box.root}/hooks\n\tsshCommand = ${trap}\n\tpager = ${trap}\n\talternateRefsCommand = ${trap}\n[include]\n\tpath = ${box.root}/more\n${aliases.join('')}`,
    );
    for (const hook of HOOKS) box.file(`hooks/${hook}`, readFileSync(trap));
  }
  repository.publish('2.0.0');
  const listed = await box.run(['plugin:list', '--format', 'json']);
  const rows: { name: string; source_url: string }[] = JSON.parse(listed.stdout);
  expect(rows.filter(({ name }) => name === 'greet' || name === 'byhand').map((row) => row.source_url)).toEqual([url, url]);
  expect(await box.run(['plugin:enable', 'byhand'])).toMatchObject({ status: 0 });
  expect(await box.run(['plugin:outdated'])).toMatchObject({ status: 0, stderr: expect.not.stringContaining('fatal') });
  expect(await box.run(['plugin:update'])).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['byhand'])).stdout).toBe('2.0.0\n');
  expect(existsSync(mark) ? readFileSync(mark, 'utf8') : '').toBe('');
});

test('a filter that the repository names and the user has runs; where Git LFS is not set up, that is said', async () => {
  using box = new Sandbox();
  const repository = new Repository(join(box.root, 'greet'));
  repository.commit({ '.gitattributes': '*.bin filter=lfs\n', 'data.bin': 'pointer\n' });
  repository.publish('1.0.0');
  const url = `file://${repository.path}`;
  expect(await box.run(['plugin:install', url])).toMatchObject({
    status: 0,
    stderr: ` !     ${url} keeps files in Git LFS, which git is not set up for here: they came as pointers; run \`git lfs install\` and install the plugin again\n`,
  });
  box.file('.gitconfig', '[filter "lfs"]\n\tsmudge = sed s/pointer/data/\n\trequired = true\n');
  expect(await box.run(['plugin:install', url, '--name', 'other'])).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(box.at('plugins/available/other/data.bin'), 'utf8')).toBe('data\n');
  box.file('.gitconfig', '[filter "lfs"]\n\tsmudge = "echo no such object >&2; false"\n\trequired = true\n');
  expect((await box.run(['plugin:install', url, '--name', 'third'])).stderr).toMatch(
    /^ ! {5}Cannot clone file:\S+: no such object; .*data\.bin: smudge filter lfs failed; .*\n$/,
  );
});
