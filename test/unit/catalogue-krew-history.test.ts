import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { choose } from '../../src/catalogue/choose.ts';
import { krewHistory, readKrewClone, readKrewDirectory } from '../../src/catalogue/formats/krew-repository.ts';
import { Repository } from '../support/git.ts';
import { problemText } from '../support/problem-text.ts';
import { Sandbox } from '../support/sandbox.ts';

const manifest = (name: string, version: string, sha = 'a', more = ''): string => `apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: ${name}
spec:
  version: ${version}
  shortDescription: ${name} at ${version}
  platforms:
  - uri: https://example.com/${name}-${version}.tar.gz
    sha256: ${sha.repeat(64)}
    bin: ${name}
    selector:
      matchLabels:
        os: linux
${more}`;

const box = new Sandbox();
let index: Repository;
const commits: Record<string, string> = {};

/** An index with a history: versions, mends, a merge of a branch, a manifest that was broken for a while, plugins that came and went. */
beforeAll(() => {
  index = new Repository(box.at('krew-index'));
  const commit = (name: string, files: Record<string, string>): void => {
    commits[name] = index.commit(files);
  };
  commit('first', { 'README.md': 'An index', 'plugins/ctx.yaml': manifest('ctx', 'v0.1.0') });
  commit('other', { 'plugins/ns.yaml': manifest('ns', 'v0.9.0') });
  commit('wrong', { 'plugins/ctx.yaml': manifest('ctx', 'v0.2.0', 'b') });
  commit('mended', { 'plugins/ctx.yaml': manifest('ctx', 'v0.2.0', 'c') });
  commit('broken', { 'plugins/ctx.yaml': 'apiVersion: [' });
  commit('another', { 'plugins/ctx.yaml': manifest('another', 'v7.0.0') });
  commit('third', { 'plugins/ctx.yaml': manifest('ctx', 'v0.3.0') });
  // What a branch held before it was merged was never in the index.
  index.git('checkout', '-q', '-b', 'update');
  commit('onBranch', { 'plugins/ctx.yaml': manifest('ctx', 'v0.4.0-never') });
  commit('onBranchAgain', { 'plugins/ctx.yaml': manifest('ctx', 'v0.4.0') });
  index.git('checkout', '-q', 'main');
  commit('meanwhile', { 'plugins/ns.yaml': manifest('ns', 'v1.0.0') });
  index.git('merge', '-q', '--no-ff', '-m', 'merge', 'update');
  commits.merge = index.git('rev-parse', 'HEAD');
  commit('gone', { 'plugins/gone.yaml': manifest('gone', 'v1.0.0') });
  rmSync(join(index.path, 'plugins/gone.yaml'));
  commit('takenOut', { 'plugins/bad.yaml': manifest('bad', 'v1.0.0', 'x'), 'plugins/notes.txt': 'no manifest' });
});

afterAll(() => box[Symbol.dispose]());

const versions = async (clone: string, name: string): Promise<unknown> =>
  (await krewHistory(clone, 'HEAD', name)).releases.map(({ version, commit }) => [version, commit]);

test("an index's history is its list of versions, newest first, each from the commit that has its last state", async () => {
  expect(await versions(index.path, 'ctx')).toEqual([
    ['v0.4.0', commits.merge],
    ['v0.3.0', commits.third],
    ['v0.2.0', commits.mended],
    ['v0.1.0', commits.first],
  ]);
  const { releases, problems } = await krewHistory(index.path, 'HEAD', 'ctx');
  expect(problems).toEqual([]);
  expect(releases[2]).toMatchObject({ version: 'v0.2.0', description: 'ctx at v0.2.0', platforms: [{ os: 'linux', arch: 'any', sha256: 'c'.repeat(64) }] });
});

test('an older version can be chosen of it, by its number or by a range', async () => {
  const { releases } = await krewHistory(index.path, 'HEAD', 'ctx');
  const world = { platform: { os: 'linux', arch: 'arm64' }, hosts: {} };
  expect(['v0.2.0', '0.1', '<0.4', ''].map((wish) => choose(releases, wish, world).release?.version)).toEqual(['v0.2.0', 'v0.1.0', 'v0.3.0', 'v0.4.0']);
});

test('it is the same of a bare clone, and of one with a commit-graph', async () => {
  const bare = box.at('bare.git');
  execFileSync('git', ['clone', '-q', '--bare', index.path, bare]);
  expect(await versions(bare, 'ctx')).toHaveLength(4);
  execFileSync('git', ['-C', bare, 'commit-graph', 'write', '--reachable', '--changed-paths', '--no-progress']);
  expect(await versions(bare, 'ctx')).toHaveLength(4);
});

test('what the index took out has no versions, and neither has what was never in it', async () => {
  for (const name of ['gone', 'nothing', 'ns@{1}', '../ctx', '--all', '']) expect(await versions(index.path, name), name).toEqual([]);
});

test('the manifests of a commit are read without a work tree', async () => {
  const catalogue = await readKrewClone(index.path);
  expect(catalogue.releases.map(({ name, version }) => [name, version])).toEqual([
    ['ctx', 'v0.4.0'],
    ['ns', 'v1.0.0'],
  ]);
  expect(catalogue.problems.map(problemText)).toEqual([
    'plugins/bad.yaml (bad), line 9: field spec.platforms[0].sha256 is no SHA-256 in hex; take what `sha256sum` prints for the file',
  ]);
  expect((await readKrewClone(index.path, commits.other)).releases.map(({ name, version }) => [name, version])).toEqual([
    ['ctx', 'v0.1.0'],
    ['ns', 'v0.9.0'],
  ]);
});

test('the same of its work tree', async () => {
  expect(await readKrewDirectory(index.path)).toEqual(await readKrewClone(index.path));
});

test('what is no such repository is refused in the words of git', async () => {
  mkdirSync(box.at('empty'));
  await expect(krewHistory(box.at('empty'), 'HEAD', 'ctx')).rejects.toThrow(`Cannot read ${box.at('empty')}: not a git repository`);
  await expect(readKrewClone(index.path, 'nothing')).rejects.toThrow(`Cannot read ${index.path}: Not a valid object name nothing`);
  const other = new Repository(box.at('other'));
  other.commit({ 'README.md': 'x' });
  await expect(readKrewClone(other.path)).rejects.toThrow("holds no manifests of krew's");
});

test('links among the manifests are passed over, and a file that is large or no manifest is a problem of its own', async () => {
  const directory = box.at('directory');
  mkdirSync(directory);
  symlinkSync('/etc/passwd', join(directory, 'link.yaml'));
  writeFileSync(join(directory, 'ctx.yaml'), manifest('ctx', 'v1.0.0'));
  writeFileSync(join(directory, 'large.yaml'), '#'.repeat(300 << 10));
  writeFileSync(join(directory, 'renamed.yaml'), manifest('ctx', 'v1.0.0'));
  writeFileSync(join(directory, 'text.yaml'), 'text');
  const { releases, problems } = await readKrewDirectory(directory);
  expect(releases.map(({ name }) => name)).toEqual(['ctx']);
  expect(problems.map(problemText)).toEqual([
    'large.yaml: is larger than 262144 bytes',
    'text.yaml: is no mapping',
    'renamed.yaml (ctx), line 1: plugin should be named "renamed", not "ctx"',
    'renamed.yaml (ctx), line 1: conflicts with the 1st entry as both have the same type, name, and version; publish a change under a new version',
  ]);
});
