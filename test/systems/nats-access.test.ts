import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect } from 'vitest';
import { Company } from '../support/certificates.ts';
import { EventHome } from '../support/event-home.ts';
import { NatsServer } from '../support/nats-server.ts';
import { testNeeding } from '../support/needs.ts';
import { until } from '../support/providers.ts';

const test = testNeeding('nats-server', 'openssl');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-access-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};

/** Why a home cannot connect. */
async function refusal(settings: Readonly<Record<string, unknown>>): Promise<string | null> {
  await using home = new EventHome(settings);
  const { lastError } = await until(
    () => home.link.status,
    ({ lastError, state }) => lastError !== null || state === 'connected',
  );
  return lastError;
}

/** A home that can connect, and send. */
async function sends(settings: Readonly<Record<string, unknown>>): Promise<void> {
  await using home = await EventHome.connected(settings);
  home.publish('x');
  await home.isSent();
  expect(JSON.stringify([home.link.status, home.notes])).not.toContain('s3cret');
}

test('a user with a password, from a file or the environment', async () => {
  await using server = await NatsServer.start(() => 'authorization { user: ada, password: "s3cret word" }');
  const password = file('password', 's3cret word\n');
  await sends({ nats: server.url, nats_user: 'ada', nats_password_file: password });
  process.env.NATS_TEST_WORD = 's3cret word';
  await sends({ nats: server.url, nats_user: 'ada', nats_password_env: 'NATS_TEST_WORD' });
  delete process.env.NATS_TEST_WORD;
  expect(await refusal({ nats: server.url })).toMatch(/authorization violation/i);
  expect(await refusal({ nats: server.url, nats_user: 'ada', nats_password_file: file('wrong', 's3cret') })).toMatch(/authorization violation/i);
  expect(await refusal({ nats: server.url, nats_user: 'ada', nats_password_file: join(folder, 'none') })).toBe(`${folder}/none cannot be read (ENOENT)`);
  expect(await refusal({ nats: server.url, nats_user: 'ada', nats_password_env: 'NATS_TEST_WORD' })).toBe(
    'the variable NATS_TEST_WORD is not set for the supervisor',
  );
});

test('a token that is changed is used for the next connection', async () => {
  await using server = await NatsServer.start(() => 'authorization { token: "s3cret" }');
  const token = file('token', 'not yet\n');
  await using home = new EventHome({ nats: server.url, nats_token_file: token });
  await until(
    () => home.link.status.lastError,
    (error) => error !== null,
  );
  file('token', 's3cret\n');
  await until(
    () => home.link.status.state,
    (state) => state === 'connected',
  );
});

test('a file of credentials', async () => {
  const [operator, account, user, system] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser(), nkeys.createAccount()];
  const token = (name: string, subject: string, issuer: typeof operator, nats: object): string => {
    const part = (value: object | Uint8Array): string => Buffer.from(value instanceof Uint8Array ? value : JSON.stringify(value)).toString('base64url');
    const head = { typ: 'JWT', alg: 'ed25519-nkey' };
    const claims = { jti: name, iat: Math.floor(Date.now() / 1000), iss: issuer.getPublicKey(), name, sub: subject, nats: { version: 2, ...nats } };
    const signed = `${part(head)}.${part(claims)}`;
    return `${signed}.${part(issuer.sign(Buffer.from(signed)))}`;
  };
  const every = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const limits = { ...every, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const operatorToken = token('op', operator.getPublicKey(), operator, { type: 'operator', system_account: system.getPublicKey() });
  const systemToken = token('sys', system.getPublicKey(), operator, { type: 'account', limits: every });
  const accountToken = token('acc', account.getPublicKey(), operator, { type: 'account', limits });
  const userToken = token('user', user.getPublicKey(), account, { type: 'user', subs: -1, data: -1, payload: -1 });
  await using server = await NatsServer.start(
    () =>
      `operator: ${operatorToken}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${accountToken}, ${system.getPublicKey()}: ${systemToken} }`,
  );
  const seed = Buffer.from(user.getSeed()).toString();
  const credentials = `-----BEGIN NATS USER JWT-----\n${userToken}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
  await sends({ nats: server.url, nats_credentials_file: file('user.creds', credentials) });
  expect(
    await refusal({ nats: server.url, nats_credentials_file: file('other', credentials.replace(seed, Buffer.from(nkeys.createUser().getSeed()).toString())) }),
  ).toMatch(/authorization violation/i);
  expect(await refusal({ nats: server.url, nats_credentials_file: file('none', 'x') })).toBe('unable to parse credentials');
});

test('TLS: by a company that is named, with a certificate of the home, and never without', async () => {
  const company = new Company(folder);
  const [server1, home1] = [company.filesFor('server', 'IP:127.0.0.1'), company.filesFor('home', 'DNS:home')];
  const tls = `cert_file: "${server1.certFile}", key_file: "${server1.keyFile}"`;
  {
    await using server = await NatsServer.start(() => `tls { ${tls} }`);
    await sends({ nats: server.url, nats_ca_file: company.certificate });
    await sends({ nats: server.url.replace('nats:', 'tls:'), nats_ca_file: company.certificate });
    expect(await refusal({ nats: server.url.replace('nats:', 'tls:') })).toMatch(/certificate/);
  }
  {
    await using server = await NatsServer.start(() => `tls { ${tls}, ca_file: "${company.certificate}", verify: true }`);
    await sends({ nats: server.url, nats_ca_file: company.certificate, nats_cert_file: home1.certFile, nats_key_file: home1.keyFile });
    expect(await refusal({ nats: server.url, nats_ca_file: company.certificate })).not.toBeNull();
  }
  await using plain = await NatsServer.start();
  expect(await refusal({ nats: plain.url.replace('nats:', 'tls:') })).toBe("server does not support 'tls'");
  expect(await refusal({ nats: plain.url, nats_ca_file: company.certificate })).toBe("server does not support 'tls'");
});

test('a user who may not do what is needed is told', async () => {
  await using server = await NatsServer.start(
    () => 'authorization { users = [{ user: ada, password: s3cret, permissions: { publish: ["$JS.API.>"], subscribe: ">" } }] }',
  );
  await using home = new EventHome({ nats: server.url, nats_user: 'ada', nats_password_file: file('password', 's3cret') });
  home.publish('x');
  await until(
    () => home.link.status.lastError,
    (error) => error !== null,
  );
  expect(home.link.status).toMatchObject({ outbox: 1, lastError: expect.stringMatching(/permissions violation/i) });
});

test('a server that is not reached is told, and the next in the list is tried', async () => {
  await using server = await NatsServer.start();
  await sends({ nats: ['nats://127.0.0.1:1', server.url] });
  expect(await refusal({ nats: 'nats://127.0.0.1:1' })).toMatch(/connection refused/i);
  expect(await refusal({ nats: 'nats://no-such-host.invalid' })).not.toBeNull();
});
