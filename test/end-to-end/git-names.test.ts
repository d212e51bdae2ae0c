import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from '../support/git.ts';
import { Sandbox } from '../support/sandbox.ts';

test('a branch is followed by every name that git has for it, by plugin:outdated too; everything else is a pin', async () => {
  using box = new Sandbox();
  const repository = new Repository(join(box.root, 'greet'));
  const first = repository.publish('1.0.0', 'v1.0');
  repository.git('checkout', '-q', '-b', 'feat/x');
  const onBranch = repository.publish('1.5.0');
  repository.git('update-ref', 'refs/pull/7/head', onBranch);
  const url = `file://${repository.path}`;
  const followed = { full: 'refs/heads/feat/x', remote: 'origin/feat/x' };
  const pinned = { tag: 'refs/tags/v1.0', parent: 'feat/x~1', pull: 'refs/pull/7/head' };
  for (const [name, committish] of Object.entries({ ...followed, ...pinned })) {
    expect(await box.run(['plugin:install', url, '--name', name, '--committish', committish])).toMatchObject({ status: 0, stderr: '' });
  }
  const versions = async () => Promise.all(Object.keys({ ...followed, ...pinned }).map(async (name) => (await box.run([name])).stdout.trim()));
  expect(await versions()).toEqual(['1.5.0', '1.5.0', '1.0.0', '1.0.0', '1.5.0']);
  repository.publish('1.6.0', 'v1.6');
  // A tag that gets the branch's name does not stop who follows it.
  repository.git('tag', 'feat/x', 'v1.0');
  const outdated: { name: string; follows: string; state: string }[] = JSON.parse((await box.run(['plugin:outdated', '--format', 'json'])).stdout);
  const states = Object.fromEntries(outdated.map(({ name, follows, state }) => [name, `${follows}: ${state}`]));
  expect(states).toMatchObject({
    ...Object.fromEntries(Object.keys(followed).map((name) => [name, 'branch feat/x: outdated'])),
    tag: 'tag v1.0: pinned',
    parent: `commit ${first.slice(0, 12)}: pinned`,
    pull: `commit ${onBranch.slice(0, 12)}: pinned`,
  });
  expect(await box.run(['plugin:update'])).toMatchObject({ status: 0, stderr: '' });
  expect(await versions()).toEqual(['1.6.0', '1.6.0', '1.0.0', '1.0.0', '1.5.0']);
});

test('a name that is a branch and a tag is told, and read as git checkout reads it', async () => {
  using box = new Sandbox();
  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1.0.0', 'both');
  repository.publish('2.0.0');
  repository.git('branch', 'both', 'HEAD');
  repository.git('tag', 'main');
  repository.publish('3.0.0');
  const url = `file://${repository.path}`;
  const told = (line: string) => ({ status: 0, stderr: ` !     ${line}\n` });
  expect(await box.run(['plugin:install', url, '--name', 'a', '--committish', 'both'])).toMatchObject(
    told(`both is a tag and a branch of ${url}: the tag is taken; refs/heads/both names the branch`),
  );
  expect(await box.run(['plugin:install', url, '--name', 'b', '--committish', 'refs/heads/both'])).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:install', url, '--name', 'c', '--committish', 'main'])).toMatchObject(
    told(`main is a branch and a tag of ${url}: the branch is followed; refs/tags/main names the tag`),
  );
  expect(await Promise.all(['a', 'b', 'c'].map(async (name) => (await box.run([name])).stdout))).toEqual(['1.0.0\n', '2.0.0\n', '3.0.0\n']);
});

test('a repository whose HEAD names no branch says so, and its branches can be had', async () => {
  using box = new Sandbox();
  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1.0.0', 'v1');
  repository.git('branch', 'dev');
  repository.git('checkout', '-q', '--detach');
  const url = `file://${repository.path}`;
  // A HEAD that is a commit is followed as it is.
  expect(await box.run(['plugin:install', url])).toMatchObject({ status: 0, stderr: '' });
  repository.publish('1.1.0');
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject({ status: 0, stdout: '-----> Plugin (greet) updated\n' });
  repository.git('symbolic-ref', 'HEAD', 'refs/heads/master');
  expect(await box.run(['plugin:install', url, '--name', 'other'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^ ! {5}file:\S+ has no default branch: its HEAD names "master", which it does not have; choose one of its branches with --committish: (dev, main|main, dev)\n$/,
    ),
  });
  expect(await box.run(['plugin:install', url, '--name', 'other', '--committish', 'dev'])).toMatchObject({ status: 0, stderr: '' });
  expect(await box.run(['plugin:install', url, '--name', 'third', '--version', '^1'])).toMatchObject({ status: 0, stderr: '' });
});

test('a second word behind a source is told where it belongs', async () => {
  using box = new Sandbox();
  const refused = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await box.run(['plugin:install', ...words]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    return stderr;
  };
  expect(await refused('https://h/greet.git', 'hello')).toBe(
    ' !     "hello" is a second word behind a source, and may be meant as a name or as another plugin; give a name as --name hello, a branch, tag or commit as --committish hello, a plugin of a repository as REPOSITORY/hello\n',
  );
  expect(await refused('https://h/greet.git', 'https://u:s3cret@h/other.git', '--name', 'greet')).toBe(
    ' !     --name is for one source, and there are 2; install that one by itself\n',
  );
});
