import { afterAll, expect, test, vi } from 'vitest';

// The build puts it in.
vi.stubGlobal('TOOL_VERSION', '0.0.0');
afterAll(() => void vi.unstubAllGlobals());
const { doubtfulNeeds, isNeed, isWithin } = await import('../../src/store/requirements.ts');

test('semver judges ranges of dependencies, and words are remarks', () => {
  const need = (range: string) => isNeed({ name: 'other', range });
  expect(['^1||^2', '~>1.2', '>=1 <3', '1.x', '*', '', '1.2 - 2'].filter((range) => !need(range))).toEqual([]);
  expect(['a JSON processor, 1.6 or newer', 'https://example.org', '^one'].filter(need)).toEqual([]);
  expect([isWithin('2.5.0', '^1||^2'), isWithin('3.0.0', '^1||^2'), isWithin('1.3', '~>1.2'), isWithin('v1.2.9', '~>1.2')]).toEqual([true, false, false, true]);
});

test('a dependency that says where it can be had, and in which versions in words, is told of', () => {
  const manifest = { version: '1', description: '', commands: new Map(), ignored: [] };
  const dependencies = [
    { name: 'a', range: 'the newest', source: 'https://example.org/a.git' },
    { name: 'jq', range: 'a JSON processor' },
  ];
  expect(doubtfulNeeds({ ...manifest, dependencies })).toEqual(['the dependency a is not checked: "the newest" is not a version range; write it like "^1.2"']);
});
