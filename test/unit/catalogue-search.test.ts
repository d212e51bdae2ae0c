import { expect, test } from 'vitest';
import { byKey } from '../../src/catalogue/order.ts';
import { readCatalogue } from '../../src/catalogue/read-catalogue.ts';
import { type SearchRow, search } from '../../src/catalogue/search.ts';
import { toSearchRows } from '../../src/catalogue/search-rows.ts';

const row = (name: string, description = ''): SearchRow => [name, '', '1.0.0', description, 'linux/amd64'];
const names = (rows: readonly SearchRow[], term: string): string[] => search(rows, term).map(([name]) => name);

const ROWS = [
  row('backup', 'Copies volumes to object storage'),
  row('canary-deploy', 'Sends a part of the traffic to a new version'),
  row('deploy', 'Brings a version into the world'),
  row('deploy-hooks', 'Runs what is to run around it'),
  row('redeploy', 'Does it again'),
  row('rollout', 'Deploys step by step'),
  row('storage', 'Lists what is stored'),
  row('undeployable', 'Refuses'),
];

for (const [term, expected] of [
  // The whole name, its start, the start of a word of it, its middle, then the description.
  ['deploy', ['deploy', 'deploy-hooks', 'canary-deploy', 'redeploy', 'undeployable', 'rollout']],
  ['DEPLOY', ['deploy', 'deploy-hooks', 'canary-deploy', 'redeploy', 'undeployable', 'rollout']],
  ['storage', ['storage', 'backup']],
  // Letters in their order, closer ones first; in a description within one word.
  ['dply', ['deploy', 'redeploy', 'deploy-hooks', 'undeployable', 'canary-deploy', 'rollout']],
  ['bkp', ['backup']],
  ['vlms', ['backup']],
  // All words have to fit.
  ['deploy traffic', ['canary-deploy']],
  ['version new', ['canary-deploy']],
  ['deploy nowhere', []],
  ['xyz', []],
  ['zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', []],
] as const) {
  test(`"${term}" finds ${expected.join(', ') || 'nothing'}`, () => {
    expect(names(ROWS, term)).toEqual(expected);
  });
}

test('nothing finds all, as they are', () => {
  expect(search(ROWS, '')).toEqual(ROWS);
  expect(search(ROWS, '  ')).toEqual(ROWS);
});

test('what is as good stays in its order, whatever that is', () => {
  const alike = ['b1', 'a1', 'c1'].map((name) => row(name, 'the same words'));
  expect(names(alike, 'same')).toEqual(['b1', 'a1', 'c1']);
});

test('signs that mean something elsewhere are signs', () => {
  expect(names([row('a.b', 'x (y) [z] *'), row('acb')], 'a.b')).toEqual(['a.b']);
  expect(names([row('x', 'a (b) c')], '(b)')).toEqual(['x']);
  expect(names([row('x', 'Ключи и замки'), row('y', '😀 faces')], 'ключи')).toEqual(['x']);
  expect(names([row('y', '😀 faces')], '😀')).toEqual(['y']);
});

test('a row is of one name and type, with the newest version that would be chosen', async () => {
  const entry = (name: string, type: string, version: string, more = ''): string =>
    `  - name: ${name}\n    type: ${type}\n    version: ${version}\n    description: ${version} of ${name}\n${more}    urls: [{ url: 'https://example.com/x', platform: { os: linux, architecture: any } }]\n`;
  const text = [
    'entries:\n',
    entry('b', 'source', '1.0.0'),
    entry('a', 'source', '1.10'),
    entry('a', 'executor', '1.2.0'),
    entry('a', 'executor', '2.0.0-rc.1'),
    entry('a', 'executor', '1.3.0', '    yanked: true\n'),
    entry('c', 'executor', '1.0.0-rc.1'),
    entry('a', 'source', '1.9'),
  ].join('');
  const { releases } = await readCatalogue(text, { origin: 'x', name: 'x' });
  expect(toSearchRows(byKey(releases))).toEqual([
    ['a', 'executor', '1.2.0', '1.2.0 of a', 'linux/any'],
    ['a', 'source', '1.10', '1.10 of a', 'linux/any'],
    ['b', 'source', '1.0.0', '1.0.0 of b', 'linux/any'],
    ['c', 'executor', '1.0.0-rc.1', '1.0.0-rc.1 of c', 'linux/any'],
  ]);
});

test('a description is kept short', async () => {
  const text = `entries:\n  - name: a\n    type: source\n    version: 1.0.0\n    description: ${'d'.repeat(1000)}\n    urls: [{ url: 'https://example.com/x', platform: { os: linux, architecture: any } }]\n`;
  const { releases } = await readCatalogue(text, { origin: 'x', name: 'x' });
  expect(toSearchRows(byKey(releases))[0]?.[3]).toBe('d'.repeat(300));
});
