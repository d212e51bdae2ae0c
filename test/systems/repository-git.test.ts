import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Reference } from '../../src/catalogue/reference.ts';
import { errorLine, isUserError } from '../../src/errors.ts';
import { Repository, serveGit } from '../support/git.ts';
import { krewManifest, Shelf } from '../support/indexes.ts';

/** An index of krew's shape with three versions of one plugin, the oldest of them two commits back, and one of another. */
function krewIndex(shelf: Shelf): Repository {
  const repository = new Repository(shelf.at('served/index'));
  for (const version of ['v0.9.0', 'v0.9.1', 'v1.0.0']) repository.commit({ 'plugins/ctx.yaml': krewManifest('ctx', version) });
  repository.commit({ 'plugins/view.yaml': krewManifest('view', 'v2.0.0') });
  return repository;
}

const ctx = (wish: string): Reference => ({ repository: 'krew', name: 'ctx', wish });
const versions = async (shelf: Shelf, wish: string, options = {}): Promise<string[]> =>
  (await shelf.open(options).find(ctx(wish))).releases.map(({ version }) => version);

const lineOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => (isUserError(error) ? errorLine(error) : Promise.reject(error)),
  );

const clone = (shelf: Shelf, ...path: string[]): string => shelf.at('plugins/repositories/krew/clone.git', ...path);
const commits = (shelf: Shelf): number => Number(execFileSync('git', ['-C', clone(shelf), 'rev-list', '--count', 'HEAD'], { encoding: 'utf8' }));

describe('an index that is a git repository', () => {
  test('is asked over HTTP for its newest commit alone, and for its history when a version is asked for', async () => {
    using shelf = new Shelf();
    const repository = krewIndex(shelf);
    await using server = await serveGit(shelf.at('served'));
    shelf.has({ krew: `url = "${server.url}/index/.git"` });
    expect(await shelf.rows()).toEqual(['krew/ctx@v1.0.0', 'krew/view@v2.0.0']);
    expect(commits(shelf)).toBe(1);
    expect(await versions(shelf, '')).toEqual(['v1.0.0']);
    // The newest is the one that is asked for: nothing older is needed.
    expect(await versions(shelf, 'v1.0.0', { offline: true })).toEqual(['v1.0.0']);
    expect(await lineOf(versions(shelf, 'v0.9.1', { offline: true }))).toBe(
      'Only the newest versions of krew are available offline; use ctx without a version, or run it once without --offline',
    );
    const asked = server.asked.length;
    await shelf.rows();
    expect(server.asked).toHaveLength(asked);
    const found = await shelf.open().find(ctx('^0.9'));
    expect(found.releases.map(({ version }) => version)).toEqual(['v1.0.0', 'v0.9.1', 'v0.9.0']);
    expect(found.releases.every(({ commit }) => /^[0-9a-f]{40}$/.test(commit ?? ''))).toBe(true);
    expect(commits(shelf)).toBe(4);
    expect(await versions(shelf, 'v0.9.1', { offline: true })).toHaveLength(3);
    // What comes later comes into the same clone, its history with it.
    repository.commit({ 'plugins/ctx.yaml': krewManifest('ctx', 'v1.1.0') });
    repository.commit({ 'plugins/ctx.yaml': krewManifest('ctx', 'v1.2.0') });
    expect(await shelf.rows({ refresh: true })).toEqual(['krew/ctx@v1.2.0', 'krew/view@v2.0.0']);
    expect(await versions(shelf, '^1', { offline: true })).toEqual(['v1.2.0', 'v1.1.0', 'v1.0.0', 'v0.9.1', 'v0.9.0']);
    expect(shelf.warned()).toEqual([]);
  });

  test('may be a path, stays as it is while its server is down, and is asked after by its commit', async () => {
    using shelf = new Shelf();
    krewIndex(shelf);
    shelf.has({ krew: shelf.at('served/index') });
    expect(await shelf.rows()).toHaveLength(2);
    const folder = shelf.at('plugins/repositories/krew');
    const before = readdirSync(folder);
    await shelf.rows({ refresh: true });
    expect(readdirSync(folder)).toEqual(before);
    rmSync(shelf.at('served'), { recursive: true });
    shelf.now += 3_600_000;
    // It is a path to nothing now, and no git repository any more.
    expect(await shelf.rows()).toHaveLength(2);
    expect(shelf.warned()).toEqual([expect.stringMatching(/^The index of krew is 1 hour old: /)]);
  });

  test('that began anew, or has another branch, is followed', async () => {
    using shelf = new Shelf();
    const repository = krewIndex(shelf);
    shelf.has({ krew: shelf.at('served/index') });
    await shelf.rows();
    repository.git('checkout', '-q', '--orphan', 'other');
    repository.git('rm', '-rqf', '.');
    repository.commit({ 'plugins/only.yaml': krewManifest('only', 'v3.0.0') });
    expect(await shelf.rows({ refresh: true })).toEqual(['krew/only@v3.0.0']);
  });

  test.each<[string, (shelf: Shelf) => void]>([
    ['a lock that a killed git left', (shelf) => writeFileSync(clone(shelf, 'shallow.lock'), '')],
    ['a lock of its branch', (shelf) => writeFileSync(clone(shelf, 'refs/heads/index.lock'), '')],
    [
      'a pack cut short',
      (shelf) =>
        readdirSync(clone(shelf, 'objects/pack'))
          .filter((name) => name.endsWith('.pack'))
          .map((name) => truncateSync(clone(shelf, 'objects/pack', name), 40)),
    ],
    ['a branch that is empty', (shelf) => writeFileSync(clone(shelf, 'refs/heads/index'), '')],
    ['a configuration that is none', (shelf) => writeFileSync(clone(shelf, 'config'), '[[[')],
    ['half a clone', (shelf) => rmSync(clone(shelf, 'objects'), { recursive: true })],
    ['no clone', (shelf) => rmSync(clone(shelf), { recursive: true })],
  ])('heals by itself: %s', async (_name, damage) => {
    using shelf = new Shelf();
    const repository = krewIndex(shelf);
    shelf.has({ krew: shelf.at('served/index') });
    await shelf.rows();
    damage(shelf);
    repository.commit({ 'plugins/ctx.yaml': krewManifest('ctx', 'v1.1.0') });
    expect(await shelf.rows({ refresh: true })).toEqual(['krew/ctx@v1.1.0', 'krew/view@v2.0.0']);
    expect(await versions(shelf, '^1')).toEqual(['v1.1.0', 'v1.0.0', 'v0.9.1', 'v0.9.0']);
    expect(shelf.warned()).toEqual([]);
    expect(readdirSync(shelf.at('plugins/repositories/krew')).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
  });

  test.each<[string, (repository: Repository) => void, string]>([
    ['without commits', () => {}, 'has no commits, or no default branch; push one first'],
    ['without manifests', (repository) => void repository.commit({ 'README.md': 'x' }), "holds no manifests of krew's"],
    [
      'with no manifest that can be read',
      (repository) => void repository.commit({ 'plugins/x.yaml': 'hello' }),
      'has no usable entry: plugins/x.yaml: is no mapping',
    ],
  ])('%s is refused', async (_name, fill, line) => {
    using shelf = new Shelf();
    const repository = new Repository(shelf.at('served/index'));
    fill(repository);
    shelf.has({ krew: shelf.at('served/index') });
    expect(await lineOf(shelf.rows())).toContain(line);
    expect(existsSync(shelf.at('plugins/repositories/krew/meta.json'))).toBe(false);
  });
});

test('a directory of manifests has what stands in it, and no history', async () => {
  using shelf = new Shelf();
  execFileSync('mkdir', ['-p', shelf.at('manifests/plugins')]);
  writeFileSync(shelf.at('manifests/plugins/ctx.yaml'), krewManifest('ctx', 'v1.0.0'));
  shelf.has({ krew: 'manifests' });
  expect(await shelf.rows()).toEqual(['krew/ctx@v1.0.0']);
  writeFileSync(shelf.at('manifests/plugins/view.yaml'), krewManifest('view', 'v2.0.0'));
  expect(await shelf.rows()).toEqual(['krew/ctx@v1.0.0', 'krew/view@v2.0.0']);
  expect(await versions(shelf, '^0.9')).toEqual(['v1.0.0']);
  expect(existsSync(join(shelf.at('plugins/repositories/krew'), 'clone.git'))).toBe(false);
});
