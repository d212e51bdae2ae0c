import { expect, test } from 'vitest';
import { readRefName } from '../../src/sources/git/ref-name.ts';
import { gitFollows } from '../../src/sources/git/source.ts';

const hash = 'a'.repeat(40);
const refs = {
  branches: new Set(['main', 'feat/x', 'both', 'v2', 'origin/odd', 'cafe', 'heads/x', hash]),
  tags: new Set(['v1', 'rel/1', 'both', 'main', 'HEAD~1', 'beef']),
  defaultBranch: 'main',
};
const branch = (name: string) => ({ kind: 'branch', branch: name });
const tag = (name: string) => ({ kind: 'tag', tag: name });

test.each([
  ['feat/x', branch('feat/x')],
  ['heads/feat/x', branch('feat/x')],
  ['refs/heads/feat/x', branch('feat/x')],
  ['origin/feat/x', branch('feat/x')],
  ['remotes/origin/feat/x', branch('feat/x')],
  ['refs/remotes/origin/feat/x', branch('feat/x')],
  ['origin/odd', branch('origin/odd')],
  ['heads/x', branch('heads/x')],
  ['refs/heads/main', branch('main')],
  ['v1', tag('v1')],
  ['tags/v1', tag('v1')],
  ['refs/tags/v1', tag('v1')],
  ['refs/tags/rel/1', tag('rel/1')],
  // A name that is both: the branch that a clone stands at, otherwise the tag, as for `git checkout`.
  ['main', { kind: 'branch', branch: 'main', tagToo: true }],
  ['both', { kind: 'tag', tag: 'both', branchToo: true }],
  ['heads/both', branch('both')],
  ['refs/tags/main', tag('main')],
  ['HEAD', { kind: 'head' }],
  ['@', { kind: 'head' }],
  ['origin', { kind: 'head' }],
  ['origin/HEAD', { kind: 'head' }],
  [hash, { kind: 'commit', commit: hash }],
  ['B'.repeat(64), { kind: 'commit', commit: 'b'.repeat(64) }],
  ['cafe', branch('cafe')],
  ['beef', tag('beef')],
  ['abcd12', { kind: 'revision', revision: 'abcd12' }],
  ['refs/pull/1/head', { kind: 'ref', ref: 'refs/pull/1/head' }],
  ['refs/heads/nope', { kind: 'revision', revision: 'refs/heads/nope' }],
  ['refs/tags/feat/x', { kind: 'revision', revision: 'refs/tags/feat/x' }],
  ['v1^{}', { kind: 'revision', revision: 'v1^{}' }],
  ['v1~1', { kind: 'revision', revision: 'v1~1' }],
  ['nope', { kind: 'revision', revision: 'nope' }],
])('%s', (name, named) => {
  expect(readRefName(name, refs)).toEqual(named);
});

test('a branch that is followed stays one when a tag gets its name', () => {
  expect(readRefName('both', refs, true)).toEqual(branch('both'));
  expect(readRefName('refs/heads/both', refs, true)).toEqual(branch('both'));
  expect(readRefName('main', refs, true)).toEqual(branch('main'));
});

test.each([
  [undefined, 'default branch'],
  ['HEAD', 'default branch'],
  ['@', 'default branch'],
  ['origin', 'default branch'],
  ['origin/HEAD', 'default branch'],
  ['main', 'branch main'],
  ['feat/x', 'branch feat/x'],
  ['heads/main', 'branch main'],
  ['refs/heads/feat/x', 'branch feat/x'],
  ['origin/main', 'branch main'],
  ['remotes/origin/main', 'branch main'],
  ['refs/remotes/origin/main', 'branch main'],
])('what updates follow is named alike in every spelling: %s', (committish, follows) => {
  expect(gitFollows({ kind: 'git', url: 'u', commit: 'c', exact: false, ...(committish === undefined ? {} : { committish }) })).toBe(follows);
});
