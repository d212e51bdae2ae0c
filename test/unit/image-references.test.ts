import { expect, test } from 'vitest';
import { endpointOf, mayHaveCredentials } from '../../src/registries/endpoint.ts';
import { parseImageReference, parseImageWord, referenceText } from '../../src/registries/reference.ts';
import { wishOf } from '../../src/sources/oci/source.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

test.each<[address: string, parsed: object]>([
  // Those of Helm (contract helm §6.1).
  ['oci://ghcr.io/user/plugin-name:v1.0.0', { registry: 'ghcr.io', repository: 'user/plugin-name', tag: 'v1.0.0' }],
  [`oci://ghcr.io/user/plugin-name@${DIGEST}`, { registry: 'ghcr.io', repository: 'user/plugin-name', digest: DIGEST }],
  ['oci://ghcr.io/user/plugin-name', { registry: 'ghcr.io', repository: 'user/plugin-name' }],
  ['oci://registry.example.com/org/team/plugin-name:1', { registry: 'registry.example.com', repository: 'org/team/plugin-name', tag: '1' }],
  ['oci://registry.example.com/plugin-name', { registry: 'registry.example.com', repository: 'plugin-name' }],
  ['oci://ghcr.io/user/plugin-name:v1.0.0+build.1', { registry: 'ghcr.io', repository: 'user/plugin-name', tag: 'v1.0.0_build.1' }],
  [`oci://localhost:5000/a/b__c.d-e--f:T@${DIGEST}`, { registry: 'localhost:5000', repository: 'a/b__c.d-e--f', tag: 'T', digest: DIGEST }],
  ['oci://[::1]:5000/p:1', { registry: '[::1]:5000', repository: 'p', tag: '1' }],
  ['OCI://127.0.0.1/p', { registry: '127.0.0.1', repository: 'p' }],
])('%s is %o', (address, parsed) => {
  expect(parseImageReference(address)).toEqual(parsed);
  expect(parseImageReference(`oci://${referenceText(parseImageReference(address))}`)).toEqual(parsed);
});

test.each<[address: string, problem: string]>([
  ['oci://registry.example.com', 'names no image of that host'],
  ['oci://registry.example.com/', 'names no image of that host'],
  ['oci:///name', 'does not begin with a host'],
  ['oci://host:70000/name', 'does not begin with a host'],
  ['oci://-host/name', 'does not begin with a host'],
  ['oci://ho_st/name', 'does not begin with a host'],
  ['oci://[::1/name', 'does not begin with a host'],
  ['oci://host/Name', 'has a path that is not of lower-case letters'],
  ['oci://host/a//b', 'has a path that is not of lower-case letters'],
  ['oci://host/../b', 'has a path that is not of lower-case letters'],
  ['oci://host/a?b=c', 'has a path that is not of lower-case letters'],
  ['oci://host/a#b', 'has a path that is not of lower-case letters'],
  ['oci://host/a%2e', 'has a path that is not of lower-case letters'],
  ['oci://host/a\nb', 'has a path that is not of lower-case letters'],
  [`oci://host/${'a'.repeat(256)}`, 'has a path that is not of lower-case letters'],
  ['oci://host/a:', 'has a tag that is none'],
  ['oci://host/a:-1', 'has a tag that is none'],
  ['oci://host/a:b:c', 'has a tag that is none'],
  ['oci://host/a:b/c', 'has a tag that is none'],
  [`oci://host/a:${'1'.repeat(129)}`, 'has a tag that is none'],
  ['oci://host/a@', 'has a digest that is not sha256:'],
  ['oci://host/a@sha256:12', 'has a digest that is not sha256:'],
  [`oci://host/a@sha512:${'ab'.repeat(64)}`, 'has a digest that is not sha256:'],
  [`oci://host/a@${DIGEST}@${DIGEST}`, 'has a digest that is not sha256:'],
  [`oci://host/a@${DIGEST.toUpperCase()}`, 'has a digest that is not sha256:'],
])('%j is refused: %s', (address, problem) => {
  expect(() => parseImageReference(address)).toThrow(`invalid OCI reference: ${address.replaceAll('\n', ' ')} ${problem}`);
});

test.each(['oci://user:pass@host/name', 'oci://token@host/name', 'oci://user:p/ss@host/name'])('%s is not repeated', (address) => {
  try {
    parseImageReference(address);
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toMatch(/pass@|token@|p\/ss/);
  }
});

test.each<[request: object, wish: object]>([
  [{ source: 'oci://h/p' }, { url: 'oci://h/p', version: '*' }],
  [
    { source: 'oci://h/p', version: '^1' },
    { url: 'oci://h/p', version: '^1' },
  ],
  [{ source: 'oci://h/p:1' }, { url: 'oci://h/p', tag: '1' }],
  [
    { source: 'oci://h/p', committish: '1+2' },
    { url: 'oci://h/p', tag: '1_2' },
  ],
  [
    { source: 'oci://h/p', committish: DIGEST },
    { url: 'oci://h/p', digest: DIGEST },
  ],
  [
    { source: 'oci://h/p', committish: `1@${DIGEST}` },
    { url: 'oci://h/p', tag: '1', digest: DIGEST },
  ],
  [{ source: `oci://h/p:1@${DIGEST}` }, { url: 'oci://h/p', tag: '1', digest: DIGEST }],
])('%o asks for %o', (request, wish) => {
  expect(wishOf(request as never)).toEqual(wish);
});

test('two wishes are one too many', () => {
  expect(() => wishOf({ source: 'oci://h/p:1', version: '^1' })).toThrow('"1" and "^1" both say which image of oci://h/p is wanted');
  expect(() => wishOf({ source: 'oci://h/p:1', committish: '2' })).toThrow('"1" and "2" both say');
  expect(() => parseImageWord('a b')).toThrow('"a b" has a tag that is none');
});

test.each<[registry: string, origin: string, name?: string]>([
  ['ghcr.io', 'https://ghcr.io'],
  ['host:5000', 'https://host:5000'],
  ['localhost:5000', 'http://localhost:5000'],
  ['127.0.0.1', 'http://127.0.0.1'],
  ['[::1]:5000', 'http://[::1]:5000'],
  ['127.0.0.1.example.org', 'https://127.0.0.1.example.org'],
  ['lan:5000', 'http://lan:5000'],
  ['lan', 'https://lan'],
  ['docker.io', 'https://registry-1.docker.io', 'https://index.docker.io/v1/'],
])('%s is asked at %s', (registry, origin, credentialsName = registry) => {
  expect(endpointOf(registry, ['lan:5000'])).toEqual({ origin, credentialsName });
});

test.each<[realm: string, registry: string, may: boolean]>([
  ['https://auth.example.org/token', 'https://host', true],
  ['https://auth.example.org/token', 'http://localhost:5000', true],
  ['http://auth.example.org/token', 'https://host', false],
  ['http://localhost/token', 'https://host', false],
  ['http://localhost/token', 'http://localhost:5000', true],
  ['http://lan:5000/token', 'http://lan:5000', true],
  ['http://lan:5001/token', 'http://lan:5000', false],
  ['http://auth.example.org/token', 'http://localhost:5000', false],
  ['https://user@auth.example.org/token', 'https://host', false],
  ['file:///etc/passwd', 'http://localhost:5000', false],
])('credentials may go to %s for %s: %s', (realm, registry, may) => {
  expect(mayHaveCredentials(new URL(realm), registry, ['lan:5000'])).toBe(may);
});
