import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect } from 'vitest';
import { trustOf } from '../../src/http/trust.ts';
import { tarGz } from '../support/archives.ts';
import { Company } from '../support/certificates.ts';
import { failureOf, fetched } from '../support/download.ts';
import { testNeeding } from '../support/needs.ts';
import { Sandbox } from '../support/sandbox.ts';
import { serving } from '../support/serving.ts';

const test = testNeeding('openssl');

test("a company's certificate is trusted where SSL_CERT_FILE, SSL_CERT_DIR or NODE_EXTRA_CA_CERTS name it, and refused with the remedy where not", async () => {
  using box = Sandbox.prepared();
  const company = new Company(box.root);
  const archive = tarGz([
    { name: 'greet/plugin.toml', body: '[plugin]\nversion = "1"\n' },
    { name: 'greet/subcommands/default', body: '#!/bin/sh\necho greeted\n', mode: 0o755 },
  ]);
  await using server = await serving((_request, response) => response.end(archive), company.serverFor('IP:127.0.0.1'));
  const host = `127.0.0.1:${server.port}`;
  const url = `https://${host}/greet.tgz`;

  mkdirSync(join(box.root, 'folder/deeper'), { recursive: true });
  writeFileSync(join(box.root, 'folder/README'), 'no certificate');
  writeFileSync(join(box.root, 'folder/0a1b2c3d.0'), readFileSync(company.certificate));
  // A bundle with notes, and with one that nobody can read.
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  writeFileSync(join(box.root, 'bundle.pem'), `# ours\n${broken}${readFileSync(company.certificate)}`);
  for (const env of [
    { SSL_CERT_FILE: company.certificate },
    { SSL_CERT_FILE: join(box.root, 'bundle.pem') },
    { NODE_EXTRA_CA_CERTS: company.certificate },
    { SSL_CERT_DIR: `${box.root}/nowhere:${box.root}/folder` },
  ]) {
    expect((await fetched(url, { env })).body.equals(archive)).toBe(true);
  }

  const refused = `Cannot download ${url}: the certificate of ${host} is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`;
  expect(await failureOf(url)).toBe(`${refused}; set SSL_CERT_FILE to a file with the certificate of the authority that signed it`);
  expect(await failureOf(url, { env: { SSL_CERT_FILE: '/nowhere/x.pem', SSL_CERT_DIR: '/nowhere' } })).toBe(
    `${refused}; SSL_CERT_FILE names /nowhere/x.pem, which cannot be read (ENOENT); SSL_CERT_DIR names /nowhere, which cannot be read (ENOENT)`,
  );
  expect(await failureOf(url, { env: { SSL_CERT_FILE: '/dev/zero' } })).toBe(`${refused}; SSL_CERT_FILE names /dev/zero, which cannot be read (not a file)`);

  const install = await box.run(['plugin:install', url], { env: { SSL_CERT_FILE: company.certificate } });
  expect(install).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['greet'])).stdout).toBe('greeted\n');
});

test('what else may be wrong with a certificate is told as such', async () => {
  using box = Sandbox.prepared();
  const company = new Company(box.root);
  const env = { SSL_CERT_FILE: company.certificate };
  await using other = await serving((_request, response) => response.end(), company.serverFor('DNS:other.example.org'));
  await using expired = await serving((_request, response) => response.end(), company.serverFor('IP:127.0.0.1', -1));
  await using plain = await serving((_request, response) => response.end());
  const line = async (port: number): Promise<string> =>
    (await failureOf(`https://127.0.0.1:${port}/`, { env })).replace(`Cannot download https://127.0.0.1:${port}/: `, '').replaceAll(String(port), 'PORT');
  expect(await line(other.port)).toBe('the certificate of 127.0.0.1:PORT is for another name (ERR_TLS_CERT_ALTNAME_INVALID); contact its operator');
  expect(await line(expired.port)).toBe('the certificate of 127.0.0.1:PORT has expired (CERT_HAS_EXPIRED); contact its operator');
  expect(await line(plain.port)).toBe(
    '127.0.0.1:PORT does not use a supported version of TLS (ERR_SSL_WRONG_VERSION_NUMBER); check the address and the network',
  );
});

test('from https nothing leads to http', async () => {
  using box = Sandbox.prepared();
  const company = new Company(box.root);
  await using plain = await serving((_request, response) => response.end('unprotected'));
  const location = `${plain.url}/y.tgz?token=s3cr3t`;
  await using server = await serving((_request, response) => response.writeHead(302, { location }).end(), company.serverFor('IP:127.0.0.1'));
  const url = `https://127.0.0.1:${server.port}/x.tgz`;
  expect(await failureOf(`${url}?access_token=s3cr3t&x=1#token=s3cr3t`, { env: { SSL_CERT_FILE: company.certificate } })).toBe(
    `Cannot download ${url}?access_token=***&x=1#token=***: it redirects from https to ${plain.url}/y.tgz, which nothing protects; give that address itself if you trust the way to it`,
  );
  expect(plain.asked).toEqual([]);
});

test("the system's bundle counts besides Node's own roots: the first that is there", () => {
  using box = Sandbox.prepared();
  const company = new Company(box.root);
  const own = readFileSync(company.certificate, 'latin1').trim();
  const bundle = (path: string): string[] => trustOf({}, ['/nowhere/bundle.pem', box.root, path, '/dev/zero']).certificates.slice(rootCertificates.length);
  expect(bundle(company.certificate)).toEqual([own]);
  expect(bundle('/nowhere/either.pem')).toEqual([]);
  expect(trustOf({ SSL_CERT_FILE: company.certificate, NODE_EXTRA_CA_CERTS: company.certificate }, [company.certificate])).toEqual({
    certificates: [...rootCertificates, own],
    problems: [],
  });
});
