import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LockedPlugin, parseLock, renderLock } from '../../src/sync/lockfile.ts';

const HASH = 'ab'.repeat(32);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const GIT = `git = "https://host/p"\ncommit = "${COMMIT}"\nfollows = "branch"\nsource = "sha256:${HASH}"\n`;

const greet: LockedPlugin = {
  name: 'greet',
  version: '1.0',
  source: { kind: 'git', url: 'https://host/p', commit: COMMIT, exact: false },
  hash: HASH,
  enabled: true,
  pinned: false,
};

/** What is wrong with a text, and what is said of it. */
const WRONG: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ['nothing', '', /tool\.lock is not a lock of this tool: "format" is not 1/],
  ['another format', 'format = 0\n', /"format" is not 1/],
  ['a newer format', 'format = 2\n', /^tool\.lock was written by a newer tool \(format 2\)/],
  ['plugins that are no table', 'format = 1\nplugins = 3\n', /"format" is not 1/],
  ['no TOML', 'format = \n', /tool\.lock/],
  ['a name that no plugin has', 'format = 1\n[plugins."../x"]\nversion = "1"\n', /the plugin \.\.\/x is not one/],
  ['an entry that is no table', 'format = 1\n[plugins]\ngreet = 1\n', /the plugin greet is not one/],
  ['no source', 'format = 1\n[plugins.greet]\nversion = "1"\n', /greet has no "addon", "git", /],
  ['a number for a text', 'format = 1\n[plugins.greet]\ngit = 1\n', /greet has a "git" that is no text/],
  ['a NUL in an address', 'format = 1\n[plugins.greet]\ngit = "a\\u0000b"\n', /greet has a "git" that is no text/],
  ['no hash of the tree', `format = 1\n[plugins.greet]\ngit = "u"\ncommit = "${COMMIT}"\n`, /greet has no "source" with the sha256 of its tree/],
  ['a hash that is none', `format = 1\n[plugins.greet]\ngit = "u"\ncommit = "${COMMIT}"\nsource = "sha256:xyz"\n`, /greet has no "source"/],
  ['hosts that are no list', `format = 1\n[plugins.greet]\n${GIT}allow = "a.example"\n`, /greet has an "allow" that is no list of hosts/],
  ['hosts that are numbers', `format = 1\n[plugins.greet]\n${GIT}allow = [1]\n`, /greet has an "allow" that is no list of hosts/],
  ['a commit that is an option', `format = 1\n[plugins.greet]\ngit = "u"\ncommit = "--upload-pack=x"\nsource = "sha256:${HASH}"\n`, /greet has .*commit/],
];

test.each(WRONG)('%s is refused by name', (_what, text, message) => {
  expect(() => parseLock(text, 'tool.lock')).toThrow(message);
});

test('what goes without saying is left out, and read as what it is', () => {
  const text = renderLock([greet]);
  expect(text).toContain(`\n[plugins.greet]\nversion = "1.0"\n${GIT}`);
  expect(text).not.toMatch(/enabled|pinned|allow/);
  const allowed = { ...greet, allow: ['a.example', '*.b.example'] };
  expect(renderLock([allowed])).toContain('allow = [ "a.example", "*.b.example" ]\n');
  expect(parseLock(renderLock([allowed]), 'f')).toEqual([allowed]);
  expect(parseLock(`format = 1\n[plugins.greet]\n${GIT}`, 'f')).toEqual([{ ...greet, version: '' }]);
  expect(parseLock(`format = 1\n[plugins.greet]\n${GIT}enabled = false\npinned = true\n`, 'f')).toMatchObject([{ enabled: false, pinned: true }]);
});

test('plugins stand in byte order, whatever order they come in', () => {
  const names = ['b', 'a', 'B', 'a-b', 'a.b', '_a'];
  const text = renderLock(names.map((name) => ({ ...greet, name })));
  const written = [...text.matchAll(/^\[plugins\.(.+)\]$/gm)].map(([, name = '']) => name.replaceAll('"', ''));
  expect(written).toEqual(['B', '_a', 'a', 'a-b', 'a.b', 'b']);
  expect(renderLock(parseLock(text, 'f'))).toBe(text);
});

test('any version and any address come back as they were', () => {
  const plugin = fc.record({ version: fc.string({ unit: 'binary' }), url: fc.string({ unit: 'binary' }).filter((url) => !url.includes('\0')) });
  fc.assert(
    fc.property(plugin, ({ version, url }) => {
      const locked = { ...greet, version, source: { kind: 'git' as const, url, commit: COMMIT, exact: false } };
      expect(parseLock(renderLock([locked]), 'f')).toEqual([locked]);
    }),
  );
});
