import { expect, test } from 'vitest';
import { bestTag, versionOf } from '../../src/sources/git/best-tag.ts';

test.each([
  ['v1', '1.0.0'],
  ['1', '1.0.0'],
  ['v1.0', '1.0.0'],
  ['1.2', '1.2.0'],
  ['v1.2.3', '1.2.3'],
  ['1.2-rc.1', '1.2.0-rc.1'],
  ['v1.2.3+build.5', '1.2.3+build.5'],
  ['v2024.01', '2024.1.0'],
  ['v0', '0.0.0'],
  ['1.2.3.4', undefined],
  ['release-1.2', undefined],
  ['v', undefined],
  ['vv1', undefined],
  ['V1.0', undefined],
  ['1.2.3-', undefined],
  ['1..2', undefined],
  ['99999999999999999999', undefined],
  ['latest', undefined],
  ['', undefined],
])('the tag %s is the version %s', (tag, version) => {
  expect(versionOf(tag)).toBe(version);
});

test.each([
  [['v1.0', 'v1.1'], '^1', 'v1.1'],
  [['v1', 'v1.0', 'v1.0.1', 'v2'], '^1', 'v1.0.1'],
  [['v1', 'v2'], '*', 'v2'],
  [['v1.9', 'v1.10'], '^1', 'v1.10'],
  [['v1.2', '1.1.9'], '~1.2', 'v1.2'],
  // The moving v1 of a release v1.2.0 is 1.0.0, and not in front of it.
  [['v1', 'v1.2.0'], '1.x', 'v1.2.0'],
  [['1.0', 'v1.0.0', 'v1'], '1.0.0', 'v1.0.0'],
  [['v1.2.0-rc.1', 'v1.1'], '^1', 'v1.1'],
  [['v1.2-rc.1', 'v1.2-rc.2'], '>=1.2.0-0', 'v1.2-rc.2'],
  [['1.0.0+a', '1.0.0+b'], '1', '1.0.0+b'],
  [['v1.0', 'latest'], '^2', undefined],
  [[], '*', undefined],
])('of %j the best within %s is %s', (tags, range, best) => {
  expect(bestTag(tags, range)).toBe(best);
  expect(bestTag([...tags].reverse(), range)).toBe(best);
});

test('a range that is none is refused', () => {
  expect(() => bestTag(['v1'], 'x y')).toThrow('"x y" is not a version range');
});
