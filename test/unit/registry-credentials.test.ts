import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseChallenges } from '../../src/registries/challenge.ts';
import { credentialsFor } from '../../src/registries/credentials.ts';
import { configFiles } from '../../src/registries/docker-config.ts';

test.each<[header: string, challenges: object[]]>([
  ['', []],
  ['Basic realm="Registry Realm"', [{ scheme: 'basic', parameters: { realm: 'Registry Realm' } }]],
  ['Basic', [{ scheme: 'basic', parameters: {} }]],
  [
    'Bearer realm="https://auth/token",service="registry",scope="repository:a/b:pull,push"',
    [{ scheme: 'bearer', parameters: { realm: 'https://auth/token', service: 'registry', scope: 'repository:a/b:pull,push' } }],
  ],
  [
    'Basic realm=plain , BEARER Realm = "a \\"quoted\\" one", error="invalid_token"',
    [
      { scheme: 'basic', parameters: { realm: 'plain' } },
      { scheme: 'bearer', parameters: { realm: 'a "quoted" one', error: 'invalid_token' } },
    ],
  ],
  [
    'Negotiate YWJj==, Basic realm="x"',
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'x' } },
    ],
  ],
  ['Bearer realm="first", realm="second"', [{ scheme: 'bearer', parameters: { realm: 'first' } }]],
  ['Bearer realm="never ends', [{ scheme: 'bearer', parameters: {} }]],
  ['Bearer __proto__="x"', [{ scheme: 'bearer', parameters: { ['__proto__']: 'x' } }]],
  ['=,"', []],
])('%j', (header, challenges) => {
  expect(parseChallenges(header).map(({ scheme, parameters }) => ({ scheme, parameters: Object.fromEntries(Object.entries(parameters)) }))).toEqual(challenges);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
  chmodSync(join(folder, file), mode);
};
const environment = () => ({ HOME: folder, PATH: `${folder}/bin:${process.env.PATH}` });
const find = (name = 'host:5000') => credentialsFor(name, environment());
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const user = (username: string, password: string) => ({ credentials: { kind: 'password', username, password }, problems: [] });
const none = (...problems: string[]) => ({ credentials: undefined, problems: problems.map((problem) => problem.replace('HOME', folder)) });

test('Helm’s file is asked before docker’s, each where its variables say', () => {
  expect(configFiles({ HOME: '/h' })).toEqual(['/h/.config/helm/registry/config.json', '/h/.docker/config.json']);
  expect(configFiles({ HOME: '/h', XDG_CONFIG_HOME: '/x', DOCKER_CONFIG: '/d' })).toEqual(['/x/helm/registry/config.json', '/d/config.json']);
  expect(configFiles({ HOME: '/h', HELM_CONFIG_HOME: '/c', HELM_REGISTRY_CONFIG: '/r.json' })[0]).toBe('/r.json');
});

test.each<[config: object | string, found: () => object]>([
  ['', () => none()],
  ['{}', () => none()],
  [{ auths: { 'host:5000': { auth: base64('u:p:q') } } }, () => user('u', 'p:q')],
  [{ auths: { 'host:5000': { auth: base64('u:p\0\0') } } }, () => user('u', 'p')],
  [{ auths: { 'host:5000': { username: 'u', password: 'p' } } }, () => user('u', 'p')],
  [{ auths: { 'https://host:5000/v1/': { auth: base64('u:p') } } }, () => user('u', 'p')],
  [{ auths: { 'host:5000/other': { auth: base64('u:p') } } }, () => none()],
  [{ auths: { host: { auth: base64('u:p') } } }, () => none()],
  [{ auths: { 'host:5000': {} } }, () => none()],
  [{ auths: { 'host:5000': { auth: base64('u:p'), identitytoken: 't' } } }, () => ({ credentials: { kind: 'identity token', token: 't' }, problems: [] })],
  [
    { auths: { 'host:5000': { auth: base64('secret') } } },
    () => none('HOME/.docker/config.json has an "auth" for host:5000 that is not USER:PASSWORD in base64'),
  ],
  [{ auths: { 'host:5000': 'secret' } }, () => none('HOME/.docker/config.json has an entry for host:5000 that is not understood')],
  [{ auths: [] }, () => none("HOME/.docker/config.json is not a configuration of docker's")],
  ['{"auths": secret}', () => none('HOME/.docker/config.json is not JSON')],
  [{ credsStore: '../../bin/sh' }, () => none('HOME/.docker/config.json names a credential helper for host:5000 that is no program')],
  [{ credsStore: 'missing' }, () => none('docker-credential-missing cannot be run; it has the credentials of host:5000')],
])('docker’s configuration %o', async (config, found) => {
  write('.docker/config.json', typeof config === 'string' ? config : JSON.stringify(config));
  expect(await find()).toEqual(found());
});

test('credentials of Docker Hub are kept under the name that it has for them', async () => {
  write('.docker/config.json', JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth: base64('u:p') } } }));
  expect(await find('https://index.docker.io/v1/')).toEqual(user('u', 'p'));
});

test('a file that cannot be read is a problem, and the next one is asked', async () => {
  write('.config/helm/registry/config.json', '{');
  write('.docker/config.json', JSON.stringify({ auths: { 'host:5000': { auth: base64('u:p') } } }));
  expect(await find()).toEqual({ ...user('u', 'p'), problems: [`${folder}/.config/helm/registry/config.json is not JSON`] });
  mkdirSync(join(folder, 'd/config.json'), { recursive: true });
  const { problems } = await credentialsFor('host', { HOME: folder, DOCKER_CONFIG: join(folder, 'd') });
  expect(problems[1]).toContain(`${folder}/d/config.json `);
});

test.each<[script: string, found: () => object]>([
  ['read name; printf \'{"ServerURL":"x","Username":"u %s","Secret":"s"}\' "$name-$1"', () => user('u host:5000-get', 's')],
  ['printf \'{"Username":"<token>","Secret":"t"}\'', () => ({ credentials: { kind: 'identity token', token: 't' }, problems: [] })],
  ['echo credentials not found in native keychain; exit 1', () => user('in the file', 'p')],
  ['echo "a secret"; echo "a secret" >&2; exit 3', () => none('docker-credential-mine failed with status 3')],
  ['echo "a secret"', () => none('docker-credential-mine gave an answer that is not understood')],
  ['yes', () => none('docker-credential-mine answered without end')],
])('a credential helper %j', async (script, found) => {
  write('bin/docker-credential-mine', `#!/bin/sh\n${script}\n`, 0o755);
  const auths = { 'host:5000': { auth: base64('in the file:p') } };
  write('.docker/config.json', JSON.stringify({ credHelpers: { 'host:5000': 'mine', other: 'missing' }, credsStore: 'missing', auths }));
  expect(await find()).toEqual(found());
});
