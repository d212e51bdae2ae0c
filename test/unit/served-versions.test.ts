import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { externalOf } from '../../src/addons/external.ts';
import type { Offer } from '../../src/addons/offer.ts';
import { readRegistry } from '../../src/addons/registry.ts';
import { installerVersions, ServedVersions, supportedFor } from '../../src/addons/served-versions.ts';
import { serveVersions } from '../../src/addons/versions-server.ts';
import { UserError } from '../../src/errors.ts';
import type { Answered, Serving } from '../../src/http/local-server.ts';

/** The example of contract registry §2.4, and an add-on with two words. */
const REGISTRY = JSON.stringify({
  kotsadm: [
    ['1.87.0', '>= v2022.09.20-0'],
    ['1.86.0', '>= v2022.09.19-2'],
    ['1.85.0', '>= v2022.09.19-1'],
    ['1.84.0', '>= v2022.09.19-0'],
    ['1.83.2', '>= v2022.09.19-0'],
  ].map(([version, range], index) => ({
    version,
    kurlVersionCompatibilityRange: range,
    origin: `https://addons.example.org/kotsadm-${version}.tar.gz`,
    sha256Sum: 'ab'.repeat(32),
    isPrerelease: index === 4,
  })),
  'cert-manager': [{ version: '1.9.1', kurlVersionCompatibilityRange: '*', origin: 'https://addons.example.org/c.tar.gz', sha256Sum: 'ab'.repeat(32) }],
});
const internal = new Map([['kotsadm', ['1.83.1', '1.83.0', 'alpha', 'nightly'].map((version): Offer => ({ addon: 'kotsadm', version, from: 'internal' }))]]);

const external = async () => externalOf((await readRegistry(REGISTRY, 'registry', 'https://mirror.example.org')).entries);
const world = { external, internal: async () => internal, order: 'kurl', freshMs: 1000, onStale: () => {} } as const;

test('what suits is listed as kURL lists it: latest, the external ones, the internal ones; names in both forms', async () => {
  expect(installerVersions(await new ServedVersions(world).for('v2022.09.19-1'))).toEqual({
    kotsadm: ['latest', '1.85.0', '1.84.0', '1.83.1', '1.83.0', 'alpha', 'nightly'],
    'cert-manager': ['latest', '1.9.1'],
    certManager: ['latest', '1.9.1'],
  });
});

test('what was read lately is used, and what was read before where it cannot be read any more', async () => {
  let [now, reads, fails] = [0, 0, false];
  const stale: string[] = [];
  const versions = new ServedVersions({
    ...world,
    now: () => now,
    onStale: (error) => stale.push((error as Error).message),
    external: async () => {
      reads++;
      if (fails) throw new UserError('not-an-index', 'gone');
      return external();
    },
  });
  const latest = async (): Promise<string | undefined> => installerVersions(await versions.for('v2022.09.19-1')).kotsadm?.[1];
  expect([await latest(), await latest(), reads]).toEqual(['1.85.0', '1.85.0', 1]);
  [now, fails] = [1000, true];
  expect([await latest(), await latest(), reads, stale]).toEqual(['1.85.0', '1.85.0', 2, ['gone']]);
  await expect(
    new ServedVersions({ ...world, external: async () => Promise.reject(new UserError('not-an-index', 'never there')) }).for('v2022.09.19-1'),
  ).rejects.toThrow('never there');
});

let server: Serving;
const answered: Answered[] = [];
beforeEach(async () => {
  const missing = async (version: string) => {
    if (version === 'v2020.01.01-0') throw new UserError('not-an-index', 'Cannot fetch https://dist.example.org/v2020.01.01-0: the server answered 404');
    if (version === 'v2020.01.02-0') throw new UserError('not-an-index', 'it is no list');
    return internal;
  };
  server = await serveVersions({
    host: '127.0.0.1',
    port: 0,
    hostVersion: 'v2022.09.19-1',
    versions: new ServedVersions({ ...world, internal: missing }),
    onRequest: (one) => answered.push(one),
    onProblem: () => {},
  });
});
afterEach(async () => {
  await server.close();
  answered.length = 0;
});

test('both endpoints answer, with an ETag that spares whoever has the same', async () => {
  const first = await fetch(`${server.url}/installer`);
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(await first.json()).toMatchObject({ kotsadm: ['latest', '1.85.0', '1.84.0', '1.83.1', '1.83.0', 'alpha', 'nightly'] });
  const etag = first.headers.get('etag') ?? '';
  const again = await fetch(`${server.url}/installer`, { headers: { 'if-none-match': `"other", W/${etag}` } });
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  const newer = await fetch(`${server.url}/installer/version/v2022.09.20-0`, { headers: { 'if-none-match': etag } });
  expect([newer.status, ((await newer.json()) as Record<string, string[]>).kotsadm?.slice(0, 2)]).toEqual([200, ['latest', '1.87.0']]);
  const head = await fetch(`${server.url}/installer`, { method: 'HEAD' });
  expect([head.status, head.headers.get('etag'), Number(head.headers.get('content-length')) > 0]).toEqual([200, etag, true]);
  expect(answered.map(({ status, path }) => `${status} ${path}`)).toEqual([
    '200 /installer',
    '304 /installer',
    '200 /installer/version/v2022.09.20-0',
    '200 /installer',
  ]);
});

test.each([
  ['/', 404, 'there are /installer and /installer/version/VERSION\n'],
  ['/installer/version/', 404, 'there are /installer and /installer/version/VERSION\n'],
  ['/installer/version/v2022.13.45-0', 400, 'the version of the host is written like v2022.10.05-0\n'],
  ['/installer/version/..%2f..%2fetc', 400, 'the version of the host is written like v2022.10.05-0\n'],
  ['/installer/version/v2020.01.01-0', 404, 'Cannot fetch https://dist.example.org/v2020.01.01-0: the server answered 404\n'],
  ['/installer/version/v2020.01.02-0', 500, 'it is no list\n'],
])('%s is answered with %i', async (path, status, text) => {
  const response = await fetch(`${server.url}${path}`);
  expect([response.status, await response.text()]).toEqual([status, text]);
});

test('what is no reading, and what was meant for another machine, is refused', async () => {
  expect((await fetch(`${server.url}/installer`, { method: 'POST', body: 'x' })).status).toBe(405);
  const status = await new Promise((done, fail) => {
    request(`${server.url}/installer`, { headers: { host: 'elsewhere.example.org' } }, (response) => done(response.resume().statusCode))
      .on('error', fail)
      .end();
  });
  expect(status).toBe(421);
});

test('the file of a release of the host may be named by its version', () => {
  expect(supportedFor('https://dist.example.org/{version}/supported-versions-gen.json', 'v2022.10.05-0')).toBe(
    'https://dist.example.org/v2022.10.05-0/supported-versions-gen.json',
  );
  expect(() => supportedFor('https://dist.example.org/{release}/x.json', 'v2022.10.05-0')).toThrow('has braces around another word than version');
});
