import { expect, test } from 'vitest';
import { Company } from '../support/certificates.ts';
import { failureOf, fetched } from '../support/download.ts';
import { testNeeding } from '../support/needs.ts';
import { proxyServer } from '../support/proxy-server.ts';
import { Sandbox } from '../support/sandbox.ts';
import { type Handler, serving } from '../support/serving.ts';

const body: Handler = (request, response) => response.end(`for ${request.headers.authorization ?? 'anybody'}`);

test('a plain request goes to the proxy whole, with its own user and password', async () => {
  await using proxy = await proxyServer();
  await using server = await serving(body);
  const env = { http_proxy: `us%40er:p%3Aw@127.0.0.1:${proxy.port}` };
  expect((await fetched(`${server.url}/x?y=1#z`, { env })).body.toString()).toBe('for anybody');
  expect(proxy.asked).toEqual([`GET ${server.url}/x?y=1 us@er:p:w`]);
  expect((await fetched(`${server.url}/x`, { env: { ...env, no_proxy: '127.0.0.0/8' } })).body.toString()).toBe('for anybody');
  expect(proxy.asked).toHaveLength(1);
});

testNeeding('openssl')('https goes through a tunnel, and the proxy sees no more than where to', async () => {
  using box = Sandbox.prepared();
  const company = new Company(box.root);
  await using proxy = await proxyServer();
  await using server = await serving(body, company.serverFor('IP:127.0.0.1'));
  const env = { HTTPS_PROXY: `http://user:pw@127.0.0.1:${proxy.port}`, SSL_CERT_FILE: company.certificate };
  const url = `https://me:secret@127.0.0.1:${server.port}/x`;
  expect((await fetched(url, { env })).body.toString()).toBe(`for Basic ${Buffer.from('me:secret').toString('base64')}`);
  // Once with Node's own roots, which do not do, and once with the company's.
  expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT 127.0.0.1:${server.port} user:pw`]));

  await using secureProxy = await serving(() => {}, company.serverFor('DNS:elsewhere'));
  expect(await failureOf(url, { env: { ...env, HTTPS_PROXY: `https://127.0.0.1:${secureProxy.port}` } })).toBe(
    `Cannot download https://127.0.0.1:${server.port}/x: the certificate of the proxy of HTTPS_PROXY is for another name (ERR_TLS_CERT_ALTNAME_INVALID); contact its operator`,
  );
});

test('a proxy that refuses is one line that names its variable and no password', async () => {
  const remedy = 'write all_proxy as http://USER:PASSWORD@HOST:PORT';
  for (const url of ['http://plugins.invalid/x.tgz', 'https://plugins.invalid/x.tgz']) {
    await using proxy = await proxyServer(407);
    const address = `127.0.0.1:${proxy.port}`;
    expect(await failureOf(url, { env: { all_proxy: address } })).toBe(
      `Cannot download ${url}: the proxy of all_proxy asks for a user and a password (407); ${remedy}`,
    );
    expect(await failureOf(url, { env: { all_proxy: `http://user:s3cr3t@${address}` } })).toBe(
      `Cannot download ${url}: the proxy of all_proxy does not accept the user and the password (407); ${remedy}`,
    );
    expect(proxy.asked).toHaveLength(2);
  }
  await using proxy = await proxyServer(403);
  expect(await failureOf('https://plugins.invalid/x.tgz', { env: { https_proxy: `127.0.0.1:${proxy.port}` } })).toBe(
    'Cannot download https://plugins.invalid/x.tgz: the proxy of https_proxy answered 403; contact its operator',
  );
});

test('a proxy that is not there is told from a server that is not', async () => {
  const proxy = await proxyServer();
  await proxy[Symbol.asyncDispose]();
  expect(await failureOf('https://plugins.invalid/x.tgz', { env: { https_proxy: `127.0.0.1:${proxy.port}` } })).toBe(
    'Cannot download https://plugins.invalid/x.tgz: ECONNREFUSED from the proxy of https_proxy, 5 times; try again later, or check the network',
  );
  expect(await failureOf('http://plugins.invalid/x.tgz', { env: { http_proxy: 'proxy.invalid:1' } })).toBe(
    'Cannot download http://plugins.invalid/x.tgz: the host of the proxy of http_proxy is not known (ENOTFOUND); check that variable',
  );
  expect(await failureOf('http://plugins.invalid/x.tgz', { env: { HTTP_PROXY: 'proxy.invalid:1' } })).toBe(
    'Cannot download http://plugins.invalid/x.tgz: the host of plugins.invalid is not known (ENOTFOUND); HTTP_PROXY in capitals is not read, as by curl; set http_proxy',
  );
});

test('a variable that cannot be used stops only what would use it', async () => {
  using box = Sandbox.prepared();
  await using server = await serving((_request, response) => response.writeHead(404).end());
  const install = (url: string, env: Record<string, string>) => box.run(['plugin:install', url, '--name', 'greet'], { env });
  const plain = `${server.url}/x.tgz`;
  const stdout = (url: string): string => `-----> Installing plugin greet from ${url}\n`;
  const notThere = { stdout: stdout(plain), stderr: ` !     Cannot download ${plain}: the server answered 404; check the address\n`, status: 1, signal: null };
  expect(await install(plain, { https_proxy: 'socks5://user:s3cr3t@s:1', http_proxy: ' ', ALL_PROXY: '' })).toEqual(notThere);
  const url = 'https://plugins.invalid/x.tgz';
  expect(await install(url, { https_proxy: 'socks5://user:s3cr3t@s:1', http_proxy: ' ' })).toEqual({
    stdout: stdout(url),
    stderr: ` !     Cannot download ${url}: the proxy of https_proxy cannot be used: socks5:// is not spoken here; write https_proxy as http://[USER:PASSWORD@]HOST:PORT\n`,
    status: 1,
    signal: null,
  });
});
