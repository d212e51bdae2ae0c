import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CredentialChain, type Credentials } from '../../src/mirror/stores/s3/credentials.ts';
import { serving } from '../support/serving.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tool-aws-'));
  mkdirSync(join(home, '.aws'));
  const of = (id: string): string => `aws_access_key_id = ${id}\naws_secret_access_key=secret-of-${id}\n`;
  writeFileSync(join(home, '.aws/credentials'), `# keys\n[default]\n${of('D')}[work]\n${of('W')}aws_session_token = token ; a comment\n`);
  const others = '[profile role]\nrole_arn = arn:aws:iam::1:role/x\n[profile ours]\ns3 =\n  addressing_style = path\nregion = eu-west-3\n';
  writeFileSync(join(home, '.aws/config'), `[default]\nregion = eu-central-1\n${others}${of('O')}`);
});
afterAll(() => rmSync(home, { recursive: true }));

const NOWHERE = { AWS_EC2_METADATA_DISABLED: 'true' };
const found = (env: Record<string, string>): Promise<Credentials> => new CredentialChain({ HOME: home, ...NOWHERE, ...env }).get();
const keys = (id: string) => ({ accessKeyId: id, secretAccessKey: `secret-of-${id}` });

test.each<[string, Record<string, string>, object]>([
  ['the environment goes first', { AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'secret-of-E', AWS_PROFILE: 'work' }, keys('E')],
  ['then the default profile', {}, keys('D')],
  ['or the one that is named', { AWS_PROFILE: 'work' }, { ...keys('W'), sessionToken: 'token' }],
  ['which may be in the configuration', { AWS_PROFILE: 'ours' }, keys('O')],
])('%s', async (_, env, expected) => {
  expect(await found(env)).toEqual(expected);
});

test.each<[string, Record<string, string>, string]>([
  ['a profile that is not there', { AWS_PROFILE: 'gone' }, 'There is no profile "gone" in the files of ~/.aws'],
  ['a profile of a role', { AWS_PROFILE: 'role' }, 'The profile "role" has role_arn, which is not followed here'],
  ['nothing at all', { HOME: '/nonexistent' }, 'There are no credentials for S3'],
  [
    'an endpoint in the clear on another machine',
    { HOME: '/nonexistent', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/keys' },
    'The endpoint of AWS_CONTAINER_CREDENTIALS_FULL_URI is on another machine and not https',
  ],
])('%s is told', async (_, env, message) => {
  await expect(found(env)).rejects.toMatchObject({ code: 'no-credentials', message, hint: expect.any(String) });
});

describe('endpoints', () => {
  const answerOf = (id: string, ends: number): string =>
    JSON.stringify({ AccessKeyId: id, SecretAccessKey: `secret-of-${id}`, Token: 'T', Expiration: new Date(ends).toISOString() });

  test('a container is asked, with its token, and again before its keys end', async () => {
    let now = Date.now();
    const told: (string | undefined)[] = [];
    await using server = await serving((request, response, attempt) => {
      told.push(request.headers.authorization);
      response.end(answerOf(`C${attempt}`, now + 3_600_000));
    });
    writeFileSync(join(home, 'token'), 'Bearer abc\n');
    const env = { HOME: '/nonexistent', AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/keys`, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(home, 'token') };
    const chain = new CredentialChain({ ...NOWHERE, ...env }, () => now);
    expect(await chain.get()).toMatchObject({ ...keys('C1'), sessionToken: 'T' });
    expect(await chain.get()).toMatchObject(keys('C1'));
    now += 3_400_000;
    expect(await chain.get()).toMatchObject(keys('C2'));
    expect(told).toEqual(['Bearer abc', 'Bearer abc']);
  });

  test('an instance is asked with a token of a session', async () => {
    await using server = await serving((request, response) => {
      const { method, url = '', headers } = request;
      if (method === 'PUT' && url === '/latest/api/token' && headers['x-aws-ec2-metadata-token-ttl-seconds']) return response.end('session');
      if (headers['x-aws-ec2-metadata-token'] !== 'session') return response.writeHead(401).end();
      if (url.endsWith('/security-credentials/')) return response.end('role-1\n');
      return response.end(url.endsWith('/role-1') ? answerOf('I', Date.now() + 3_600_000) : '');
    });
    const env = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url };
    expect(await found(env)).toMatchObject({ ...keys('I'), sessionToken: 'T' });
  });

  test('an instance without a role has none', async () => {
    await using server = await serving((_, response) => response.writeHead(404).end());
    const env = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url };
    await expect(found(env)).rejects.toMatchObject({ code: 'no-credentials' });
  });
});
