import fc from 'fast-check';
import { expect, test } from 'vitest';
import { credentialsIn, withoutCredentials, withoutSecrets } from '../../src/system/secrets.ts';

/** What somebody types or a program says, and what is shown of it. */
const SHOWN: readonly (readonly [text: string, shown: string])[] = [
  ['https://host/x.git', 'https://host/x.git'],
  ['https://TOKEN@host/x.git', 'https://host/x.git'],
  ['https://user:secret@host/x.git', 'https://host/x.git'],
  ['https://user:@host/x.git', 'https://host/x.git'],
  ['https://user:s@cr@t@host/x.git', 'https://host/x.git'],
  ['https://user:pa/ss@host/x.git', 'https://host/x.git'],
  ['https://user:/pass@host/x.git', 'https://user:/pass@host/x.git'],
  ['https://user:pa?s#s@host/x.git', 'https://host/x.git'],
  ['HTTP://User:Secret@host/', 'HTTP://host/'],
  ['https://user:secret@host/pkg@1.0.tgz', 'https://host/pkg@1.0.tgz'],
  ["fatal: unable to access 'https://user:pa/ss@host/x.git/': refused", "fatal: unable to access 'https://host/x.git/': refused"],
  ['https://host:8080/icon@2x.png', 'https://host:8080/icon@2x.png'],
  ['https://host/icon@2x.png', 'https://host/icon@2x.png'],
  ['https://host:8080/ and bob@example.org', 'https://host:8080/ and bob@example.org'],
  ['ssh://git@host/x.git', 'ssh://git@host/x.git'],
  ['ssh://git:secret@host:22/x.git', 'ssh://git@host:22/x.git'],
  ['ssh://git:pa/ss@host/x.git', 'ssh://git@host/x.git'],
  ['ssh://host:22/a@b', 'ssh://host:22/a@b'],
  ['git@host:x.git', 'git@host:x.git'],
  ['git:secret@host:x.git', 'git@host:x.git'],
];

const NAMES = ['token', 'private_token', 'key', 'api-key', 'auth', 'password', 'passwd', 'pwd', 'pw', 'code', 'access', 'access_token', 'session'];
const MORE_NAMES = ['sessionid', 'sid', 't', 'X-Amz-Signature', 'X-Amz-Credential', 'sig', 'client_secret', 'jwt', 'PWD'];
const HARMLESS_NAMES = ['encoding', 'ref', 'version', 'page', 'at', 'path', 'codec', 'type', 'w'];

test.each(SHOWN)('%s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});

test.each([...NAMES, ...MORE_NAMES])('the parameter %s is a secret in a query and in a fragment', (name) => {
  for (const mark of ['?', '?a=b&', '?a=b;', '#', '#a=b&'])
    expect(withoutSecrets(`https://host/x${mark}${name}=s3cret&z=1`)).toBe(`https://host/x${mark}${name}=***&z=1`);
});

test.each(HARMLESS_NAMES)('the parameter %s is shown', (name) => {
  expect(withoutSecrets(`https://host/x?${name}=1`)).toBe(`https://host/x?${name}=1`);
});

test('whatever a password holds, nothing of it is shown', () => {
  // One that is digits up to a slash is a port, and what stands behind an @ is a host where it can be one.
  const secret = fc.stringMatching(/^[A-Za-z][!#$%&*+,./:;<=>?A-Za-z0-9_~-]{4,12}$/);
  fc.assert(
    fc.property(fc.constantFrom('http', 'https', 'ssh', 'git+ssh'), secret, (scheme, password) => {
      const shown = withoutSecrets(`${scheme}://user:${password}@host/x.git`);
      expect(shown).toMatch(scheme.startsWith('http') ? /^https?:\/\/host\/x\.git$/ : /^(git\+)?ssh:\/\/user@host\/x\.git$/);
    }),
  );
});

test('what is taken off for display is what is given to git', () => {
  expect(credentialsIn('https://user:p%2Fa@host/x')).toEqual({ username: 'user', password: 'p/a' });
  expect(credentialsIn('https://TOKEN@host/x')).toEqual({ username: 'TOKEN', password: '' });
  expect(credentialsIn('https://host/x')).toBeUndefined();
  expect(credentialsIn('ssh://git@host/x')).toBeUndefined();
  expect(withoutCredentials('https://user:p%2Fa@host/x')).toBe('https://host/x');
});
