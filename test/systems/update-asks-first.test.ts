import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type GitServer, Repository, serveGit } from '../support/git.ts';
import { Sandbox } from '../support/sandbox.ts';

/** A repository of a plugin with three tags, of which the last is at the head of its branch. */
function published(box: Sandbox): Repository {
  const repository = new Repository(join(box.root, 'repos/greet'));
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) repository.publish(version, `v${version}`);
  repository.git('branch', 'stable', 'v1.1.0');
  return repository;
}

/** What a server was asked since the last call: names alone, or objects as well. */
function asked(server: GitServer): 'nothing' | 'names' | 'objects' {
  const requests = server.asked.splice(0);
  // git's protocol takes two requests for names; a clone then asks again, and for objects.
  return requests.length === 0 ? 'nothing' : requests.length <= 2 ? 'names' : 'objects';
}

test('an update asks for names first, and clones only what has changed', { timeout: 180_000 }, async () => {
  using box = Sandbox.prepared();
  const repository = published(box);
  await using server = await serveGit(join(box.root, 'repos'));
  const ways = { head: [], branch: ['--committish', 'stable'], range: ['--version', '^1'], tag: ['--committish', 'v1.0.0'] };
  for (const [name, how] of Object.entries(ways)) await box.run(['plugin:install', `${server.url}/greet`, '--name', name, ...how]);
  const update = async (...words: string[]) => {
    server.asked.length = 0;
    const { status, stdout, stderr } = await box.run(['plugin:update', ...words]);
    return { status, stdout, stderr, asked: asked(server) };
  };
  const same = (name: string) => ({ status: 0, stdout: `Plugin (${name}) is up to date\n`, stderr: '', asked: 'names' });
  const changed = (name: string, pinned = '') => ({ status: 0, stdout: `-----> Plugin (${name}) updated${pinned}\n`, stderr: '', asked: 'objects' });
  const planned = (name: string, from: string, to: string) => ({
    status: 0,
    stdout: `would update ${name} from ${from} to ${to}\n`,
    stderr: '',
    asked: 'objects',
  });

  for (const name of ['head', 'branch', 'range']) expect(await update(name)).toEqual(same(name));
  expect(await update('head', '--dry-run')).toEqual(same('head'));
  expect(await update('tag')).toEqual({ status: 0, stdout: 'Plugin (tag) pinned to v1.0.0; name a branch to follow it\n', stderr: '', asked: 'nothing' });
  expect(await update('tag', 'v1.0.0')).toEqual(same('tag'));
  // The same commit by another word is another receipt.
  expect(await update('head', 'v2.0.0')).toEqual(changed('head', ' and pinned to v2.0.0'));
  expect(await update('head', 'main')).toEqual(changed('head', ' and follows main'));
  expect(await update('head', 'main')).toEqual(same('head'));

  // A new tag within the range, a moved tag, a moved branch.
  repository.git('checkout', '-q', 'stable');
  repository.publish('1.2.0', 'v1.2.0');
  repository.git('checkout', '-q', 'main');
  expect(await update('range', '--dry-run')).toEqual(planned('range', '1.1.0', '1.2.0'));
  expect(await update('range')).toEqual(changed('range'));
  expect(await update('branch')).toEqual(changed('branch'));
  expect(await update('head')).toEqual(same('head'));
  repository.publish('1.2.1');
  repository.git('tag', '-f', '-a', '-m', 'moved', 'v1.2.0');
  expect(await update('range')).toEqual(changed('range'));
  expect(await update('range')).toEqual(same('range'));
  repository.git('tag', '-f', 'v1.0.0');
  expect(await update('tag', 'v1.0.0')).toEqual(changed('tag', ' and pinned to v1.0.0'));
  server.asked.length = 0;
  expect(await box.run(['plugin:update'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/\n-----> 2 up to date, 1 updated, 1 pinned\n$/),
    stderr: '',
  });
  expect(server.asked).toHaveLength(9);
  // A branch that is followed stays one when a tag gets its name.
  repository.git('tag', 'stable', 'v2.0.0');
  expect((await update('branch')).asked).toBe('names');
  expect(readdirSync(box.at('plugins/store/.staging'))).toEqual([]);
});

test('a server that does not answer is one line, and nothing is changed', async () => {
  using box = Sandbox.prepared();
  published(box);
  await using server = await serveGit(join(box.root, 'repos'));
  await box.run(['plugin:install', `${server.url}/greet`]);
  server.intercept((_request, response) => response.writeHead(503).end());
  const { status, stdout, stderr } = await box.run(['plugin:update', 'greet']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^ ! {5}Cannot ask http:[^\n]*503[^\n]*\n$/);
  expect(existsSync(box.at('plugins/store/greet/1'))).toBe(false);
});
