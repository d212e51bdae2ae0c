import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { layoutAround } from '../../src/home/layout.ts';
import type { SourceRequest } from '../../src/sources/request.ts';
import type { LockedPlugin } from '../../src/sync/lockfile.ts';
import { planSync } from '../../src/sync/sync.ts';

const HASH = 'ab'.repeat(32);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const home = mkdtempSync(join(tmpdir(), 'tool-sync-plan-'));
afterAll(() => rmSync(home, { recursive: true }));
const core = join(home, 'core-plugins/available');
const layout = { ...layoutAround(join(home, 'plugins')), home, coreAvailable: core, coreEnabled: join(home, 'core-plugins/enabled') };
for (const name of ['a', 'z']) mkdirSync(join(layout.available, name), { recursive: true });
mkdirSync(join(core, 'apps'), { recursive: true });
symlinkSync('../../core-plugins/available/apps', join(layout.available, 'apps'));

const locked = (name: string, more: Partial<LockedPlugin> = {}): LockedPlugin => ({
  name,
  version: '1',
  source: { kind: 'git', url: `https://host/${name}`, commit: COMMIT, exact: false },
  hash: HASH,
  enabled: true,
  pinned: false,
  ...more,
});
const declared = (...requests: readonly (readonly [name: string, request: Partial<SourceRequest>])[]) =>
  new Map(requests.map(([name, request]) => [name, { source: `https://host/${name}`, link: false, ...request }]));
const named = ({ targets }: ReturnType<typeof planSync>) => targets.map(({ name, locked: exact }) => `${name}${exact ? '' : '?'}`);

test.each([
  ['what the lock has, without a section', [locked('a'), locked('b')], undefined, ['a', 'b'], ['z']],
  ['what is asked for, as the lock has it', [locked('a'), locked('b')], declared(['a', {}]), ['a'], ['z']],
  ['what the lock does not have is open', [locked('a')], declared(['a', {}], ['b', {}]), ['a', 'b?'], ['z']],
  ['without a lock all is open', undefined, declared(['b', {}]), ['b?'], ['a', 'z']],
  ['another branch than the locked one is open', [locked('a')], declared(['a', { committish: 'next' }]), ['a?'], ['z']],
  ['another place than the locked one is open', [locked('a')], declared(['a', { source: 'https://elsewhere/a' }]), ['a?'], ['z']],
  ['nothing is asked for', [locked('a')], declared(), [], ['a', 'z']],
  ['an empty lock', [], undefined, [], ['a', 'z']],
])('%s', (_what, lock, wanted, targets, extra) => {
  const plan = planSync(layout, lock, wanted, false);
  expect({ targets: named(plan), extra: plan.extra }).toEqual({ targets, extra });
});

test('what is locked is asked for by its commit, at the address that was typed', () => {
  const { targets } = planSync(layout, [locked('a')], declared(['a', { source: 'https://user:secret@host/a' }]), true);
  expect(targets[0]?.request).toMatchObject({ source: 'https://user:secret@host/a', locked: { commit: COMMIT } });
});

test.each([
  ['without a lock and a section', undefined, undefined, false, 'There is no tool.lock'],
  ['frozen, without a lock', undefined, declared(['a', {}]), true, 'There is no tool.lock'],
  ['frozen, what is not locked', [locked('a')], declared(['a', {}], ['b', {}]), true, 'tool.lock has no exact version for: b'],
  ['frozen, a link', [locked('a', { source: { kind: 'link', path: '/srv/a' }, hash: '' })], undefined, true, 'tool.lock has no exact version for: a'],
])('%s is refused', (_what, lock, wanted, frozen, message) => {
  expect(() => planSync(layout, lock, wanted, frozen)).toThrow(message);
});

test('what comes with tool is never extra', () => {
  expect(planSync(layout, [], undefined, false).extra).not.toContain('apps');
});
