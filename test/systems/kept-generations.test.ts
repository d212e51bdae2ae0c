import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository, serveGit } from '../support/git.ts';
import { killedAt } from '../support/killable.ts';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';

/** A repository whose history is some 200 KB, and a home that has its plugin. */
async function installed(more: Record<string, string> = {}) {
  const box = Sandbox.prepared();
  const repository = new Repository(join(box.root, 'greet'));
  repository.publish('1', undefined, { big: randomBytes(150_000).toString('base64'), ...more });
  const url = `file://${repository.path}`;
  await box.run(['plugin:install', url]);
  const hasGit = (generation: number | 'current') =>
    existsSync(box.at(generation === 'current' ? 'plugins/available/greet' : `plugins/store/greet/${generation}`, '.git'));
  /** Publishes a version and brings it. */
  const update = (version: string, files: Record<string, string> = {}) => {
    repository.publish(version, undefined, { big: '', ...files });
    return box.run(['plugin:update', 'greet']);
  };
  const json = async (...words: string[]) => JSON.parse((await box.run([...words, '--format', 'json'])).stdout);
  const listed = async () => (await json('plugin:list')).find(({ name }: { name: string }) => name === 'greet');
  return { box, repository, url, hasGit, update, json, listed };
}

const updated = { status: 0, stdout: '-----> Plugin (greet) updated\n', stderr: '' };

test('a previous generation gives its .git away, and goes on without it when it is brought back', { timeout: 180_000 }, async () => {
  const { box, repository, url, hasGit, update, json, listed } = await installed();
  using _ = box;
  const first = repository.git('rev-parse', 'HEAD');
  expect(await update('2')).toMatchObject(updated);
  // Nothing is given away before the change is made for good, and what a death left is made up for.
  expect(await update('3', { install: '#!/bin/sh\nexit 4\n' })).toMatchObject({ status: 4 });
  expect([1, 'current' as const].map(hasGit)).toEqual([false, true]);
  repository.publish('4', undefined, { install: '#!/bin/sh\n' });
  expect(await box.run(['plugin:update', 'greet'], killedAt('journal removed'))).toMatchObject({ signal: 'SIGKILL' });
  expect(hasGit(2)).toBe(true);
  expect(await update('5')).toMatchObject(updated);
  expect([1, 2, 3, 'current' as const].map(hasGit)).toEqual([false, false, false, true]);
  const { disk } = await json('plugin:info', 'greet');
  expect(disk).toEqual({ current: expect.any(Number), kept: expect.any(Number) });
  expect(disk.current).toBeGreaterThan(150_000);
  expect((await box.run(['plugin:info', 'greet'])).stdout).toMatch(/^disk: +\d+ KB, and \d+ KB kept$/m);

  expect(await box.run(['plugin:rollback', 'greet', '--to', '1'])).toMatchObject({ status: 0, stderr: '' });
  expect(hasGit('current')).toBe(false);
  expect(await listed()).toMatchObject({ source_url: url, committish: first, branch: 'main' });
  expect((await json('plugin:info', 'greet')).source).toMatchObject({ url, commit: first });
  const plugn = (...words: string[]) => box.run(words, { command: join(PACKAGE, 'bin/plugn'), env: { PLUGIN_PATH: box.at('plugins') } });
  expect(await plugn('install', url)).toMatchObject({ status: 0, stderr: "Plugin 'greet' is already installed.\n" });
  expect(await plugn('update', 'greet')).toMatchObject({ status: 0, stdout: 'Plugin (greet) updated\n', stderr: '' });
  expect((await box.run(['greet'])).stdout).toBe('5\n');
  expect(await box.run(['plugin:rollback', 'greet', '--to', '2'])).toMatchObject({ status: 0 });
  expect(await box.run(['plugin:update', 'greet'])).toMatchObject(updated);
  expect((await box.run(['greet'])).stdout).toBe('5\n');
  expect(await listed()).toMatchObject({ committish: repository.git('rev-parse', 'HEAD'), branch: 'main' });
});

test('a repository that holds somebody’s work stays, and is spoken of', { timeout: 180_000 }, async () => {
  const { box, repository, hasGit, update } = await installed();
  using _ = box;
  const inTree = (...words: string[]) =>
    box.run(['-C', box.at('plugins/available/greet'), '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { command: 'git' });
  const edit = (text: string) => writeFileSync(box.at('plugins/available/greet/subcommands/default'), text);
  const works: readonly [what: string, work: () => unknown][] = [
    ['subcommands/default was changed', () => edit('#!/bin/sh\necho mine\n')],
    [
      'a stash',
      () => {
        edit('x');
        return inTree('stash');
      },
    ],
    [
      'the branch mine',
      async () => {
        await inTree('commit', '-q', '--allow-empty', '-m', 'mine');
        await inTree('branch', 'mine');
        await inTree('reset', '-q', '--hard', 'HEAD~1');
      },
    ],
    ['another commit, which is checked out', () => inTree('commit', '-q', '--allow-empty', '-m', 'mine')],
  ];
  for (const [index, [what, work]] of works.entries()) {
    await work();
    expect(await update(`1.${index}`)).toMatchObject({
      ...updated,
      stderr: ` !     Generation ${index + 1} of greet keeps its .git, as it holds somebody's work: ${what}\n`,
    });
    expect(hasGit(index + 1)).toBe(true);
  }
  // A branch of the repository's own, and a file that was added, are in the repository and in the tree.
  repository.git('branch', 'other');
  await inTree('fetch', '-q');
  await inTree('branch', 'other', 'origin/other');
  writeFileSync(box.at('plugins/available/greet/cache'), 'x');
  expect(await update('2')).toMatchObject(updated);
  expect(hasGit(5)).toBe(false);
  expect(existsSync(box.at('plugins/store/greet/5/cache'))).toBe(true);

  // A link's is its owner's.
  await box.run(['plugin:install', '--link', repository.path, '--name', 'linked']);
  await box.run(['plugin:uninstall', 'linked']);
  expect(existsSync(join(repository.path, '.git/HEAD'))).toBe(true);
});

test('an uninstall says what is kept, and --purge keeps nothing', { timeout: 180_000 }, async () => {
  const { box, repository, url, json } = await installed({ uninstall: '#!/bin/sh\nexit "$(cat "$TOOL_HOME/status")"\n' });
  using _ = box;
  writeFileSync(box.at('status'), '0');
  const uninstall = (...words: string[]) => box.run(['plugin:uninstall', 'greet', ...words]);
  const size = '\\d+ KB';
  expect(await uninstall()).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(
      new RegExp(
        `^-----> Plugin greet uninstalled; \`tool plugin:rollback greet\` brings it back, and \`tool plugin:uninstall greet --purge\` frees ${size}\n$`,
      ),
    ),
  });
  expect(await uninstall('--purge', '--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(new RegExp(`^would remove what is kept of greet \\(${size}\\)\n$`)),
  });
  expect(await uninstall('--purge')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(new RegExp(`^-----> What was kept of greet is gone \\(${size}\\)\n$`)),
    stderr: '',
  });
  expect(existsSync(box.at('plugins/store/greet'))).toBe(false);
  const unknown = { status: 1, stdout: '', stderr: ' !     Plugin (greet) is not currently installed\n' };
  expect(await uninstall('--purge')).toMatchObject(unknown);

  // Its hook has the first word, and a death in between leaves what the same command then removes.
  await box.run(['plugin:install', url]);
  repository.publish('2');
  await box.run(['plugin:update', 'greet']);
  writeFileSync(box.at('status'), '5');
  expect(await uninstall('--purge')).toMatchObject({ status: 5, stdout: '' });
  expect(await json('plugin:info', 'greet')).toMatchObject({ enabled: true, kept: [1] });
  writeFileSync(box.at('status'), '0');
  expect(await uninstall('--purge', '--dry-run')).toMatchObject({
    stdout: `would run its uninstall hook\nwould remove ${box.at('plugins/available/greet')}\nwould remove what is kept of greet\n`,
  });
  expect(await box.run(['plugin:uninstall', 'greet', '--purge'], killedAt('journal removed'))).toMatchObject({ signal: 'SIGKILL' });
  expect(await uninstall('--purge')).toMatchObject({ status: 0, stdout: expect.stringContaining('is gone') });
  await box.run(['plugin:install', url]);
  expect(await uninstall('--purge')).toMatchObject({ status: 0, stdout: '-----> Plugin greet uninstalled\n', stderr: '' });
  expect([box.at('plugins/store/greet'), box.at('plugins/config-exports/greet.sh')].filter(existsSync)).toEqual([]);
});

test('--purge forgets an address with a password when the last plugin from it goes', { timeout: 180_000 }, async () => {
  using box = Sandbox.prepared();
  new Repository(join(box.root, 'repos/greet')).publish('1');
  await using server = await serveGit(join(box.root, 'repos'), 'user:s3cret');
  const url = `${server.url.replace('://', '://user:s3cret@')}/greet`;
  for (const name of ['a', 'b']) expect(await box.run(['plugin:install', url, '--name', name])).toMatchObject({ status: 0, stderr: '' });
  const addresses = () => readFileSync(box.at('plugins/store/.addresses'), 'utf8');
  await box.run(['plugin:uninstall', 'a', '--purge']);
  expect(addresses()).toContain('s3cret');
  await box.run(['plugin:uninstall', 'b', '--purge']);
  expect(JSON.parse(addresses())).toEqual({});
});
