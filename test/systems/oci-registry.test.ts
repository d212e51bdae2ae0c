import { spawnSync } from 'node:child_process';
import { sign, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { hostPlatform, platformText } from '../../src/catalogue/platforms.ts';
import { DEFAULT_LIMITS } from '../../src/sources/archive/policy.ts';
import { stageImage } from '../../src/sources/oci/stage.ts';
import { tarGz } from '../support/archives.ts';
import { Company } from '../support/certificates.ts';
import { onPath, testNeeding } from '../support/needs.ts';
import { DockerRegistry, descriptor, digestOf, HELM_TYPE, manifestOf, pluginArchive } from '../support/oci-registry.ts';
import { type RunResult, Sandbox } from '../support/sandbox.ts';
import { serving } from '../support/serving.ts';

const test = testNeeding('docker-registry');
const OURS = 'application/vnd.tool.plugin.v1+json';

let registry: DockerRegistry;
let scratch: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'tool-oci-'));
  if (onPath('docker-registry')) registry = await DockerRegistry.start();
});
afterAll(async () => {
  rmSync(scratch, { recursive: true });
  await registry?.[Symbol.asyncDispose]();
});

const push = (name: string, version: string, tag = version): Promise<string> =>
  registry.push(`plugins/${name}`, tag, { [`${name}-${version}.tgz`]: pluginArchive(name, version) });

test('a plugin is installed by its tag, follows it, and is locked by its digest', async () => {
  using box = Sandbox.prepared();
  const run = (...argv: string[]): Promise<RunResult> => box.run(argv);
  const url = `oci://${registry.host}/plugins/greet`;
  const first = await push('greet', '1.0.0', 'stable');
  expect(await run('plugin:install', `${url}:stable`)).toMatchObject({
    status: 0,
    stderr: '',
    stdout: [
      `-----> Installing plugin greet from ${url}`,
      `-----> Pulled plugin: ${registry.host}/plugins/greet:stable`,
      `-----> Digest: ${first}`,
      '-----> Plugin greet enabled\n',
    ].join('\n'),
  });
  expect((await run('greet')).stdout).toBe('1.0.0\n');
  expect((await run('plugin:update', 'greet')).stdout).toBe('Plugin (greet) is up to date\n');
  await run('plugin:lock');
  const lock = readFileSync(join(box.home, 'tool.lock'), 'utf8');
  expect(lock).toContain(`oci = "${url}"\ntag = "stable"\ndigest = "${first}"\nfollows = "tag"\n`);

  const second = await push('greet', '1.1.0', 'stable');
  expect(JSON.parse((await run('plugin:outdated', '--json')).stdout)).toEqual([
    expect.objectContaining({ name: 'greet', kind: 'oci', wanted: 'stable', latest: '', state: 'outdated', follows: 'tag stable' }),
  ]);
  expect((await run('plugin:update', 'greet')).stdout).toContain(`-----> Digest: ${second}\n-----> Plugin (greet) updated\n`);
  expect((await run('greet')).stdout).toBe('1.1.0\n');
  // The lock knows the image, wherever its tag leads by now.
  expect(await run('plugin:sync', '--frozen')).toMatchObject({ status: 0, stderr: '' });
  expect((await run('greet')).stdout).toBe('1.0.0\n');
  const { source } = JSON.parse((await run('plugin:info', 'greet', '--format', 'json')).stdout);
  expect(source).toEqual({ kind: 'oci', url, tag: 'stable', digest: first, exact: false });
});

test('without a tag the highest version within a range is installed, and a digest is kept to', async () => {
  using box = Sandbox.prepared();
  const run = (...argv: string[]): Promise<RunResult> => box.run(argv);
  const url = `oci://${registry.host}/plugins/wave`;
  const first = await push('wave', '1.0.0');
  await push('wave', '1.2.0+build.1', '1.2.0_build.1');
  await push('wave', '2.0.0-rc.1');
  await registry.push('plugins/wave', 'latest', { 'README.md': 'no plugin' });
  expect((await run('plugin:install', url, '--save')).stdout).toContain(`Pulled plugin: ${registry.host}/plugins/wave:1.2.0_build.1\n`);
  expect(readFileSync(join(box.home, 'tool.toml'), 'utf8')).toContain(`wave = { oci = "${url}" }\n`);
  await push('wave', '2.0.0');
  expect((await run('plugin:update', 'wave', '--version', '^1')).stdout).toContain('updated and follows ^1');
  expect((await run('plugin:outdated')).stdout).toMatch(/^wave +1\.2\.0\+build\.1 +1\.2\.0_build\.1 +2\.0\.0 +current +range \^1$/m);
  expect((await run('plugin:update', 'wave', `1.0.0@${first}`)).stdout).toContain('updated and pinned to 1.0.0');
  expect((await run('plugin:outdated')).stdout).toMatch(/^wave +1\.0\.0 +1\.0\.0 +2\.0\.0 +pinned +digest sha256:/m);
  expect((await run('plugin:update', 'wave')).stdout).toContain(`pinned to ${first.slice(0, 19)}; name a tag to follow it`);
  const none = await run('plugin:install', `oci://${registry.host}/plugins/wave`, '--version', '^3', '--name', 'other');
  expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining(`${url} has no tag that is a version within ^3; its tags are `) });
});

/** Stages an image without a command around it. @returns what is in its plugin.toml, and what was told */
async function staged(source: string): Promise<{ readonly manifest: string; readonly told: readonly string[] }> {
  const folder = mkdtempSync(join(scratch, 'stage-'));
  const told: string[] = [];
  const world = { scratch: folder, tree: join(folder, 'tree'), limits: DEFAULT_LIMITS, listener: { onChosen: (line: string) => void told.push(line) } };
  await stageImage({ source, link: false }, world);
  return { manifest: readFileSync(join(folder, 'tree/plugin.toml'), 'utf8'), told };
}

const archive = pluginArchive('any', '1.0.0');

test.each([
  ['Helm’s type', 'helm-type', { artifactType: HELM_TYPE }],
  ['our own', 'our-type', { artifactType: OURS }],
  ['Helm’s type of the configuration', 'config-type', { config: descriptor('{}', undefined, HELM_TYPE) }],
])('an image of %s is a plugin, and its provenance is told', async (_name, tag, words) => {
  const layers = { 'any-1.0.0.tgz': archive, 'any-1.0.0.tgz.prov': 'signed' };
  await registry.push('any', tag, layers, { manifest: manifestOf(layers, words) });
  expect((await staged(`oci://${registry.host}/any:${tag}`)).told.at(-1)).toBe('Provenance: any-1.0.0.tgz.prov');
});

describe('what is no plugin, or not what its digest says, is refused', () => {
  const DOCKER = 'application/vnd.docker.container.image.v1+json';
  const refused = async (address: string, problem: string): Promise<void> => {
    await expect(staged(`oci://${registry.host}/${address}`)).rejects.toThrow(problem.replace('HOST', registry.host));
  };
  /** The file that a registry keeps a blob in. */
  const stored = (digest: string): string => join(registry.folder, 'data/docker/registry/v2/blobs/sha256', digest.slice(7, 9), digest.slice(7), 'data');

  test('another type, another name, a missing tag, no gzip', async () => {
    const layers = { 'any-1.0.0.tgz': archive };
    await registry.push('any', 'image', layers, { manifest: manifestOf(layers, { config: descriptor('{}', undefined, DOCKER) }) });
    await refused('any:image', `HOST/any:image is not the image of a plugin: expected config media type ${HELM_TYPE} for legacy compatibility, got ${DOCKER}`);
    await registry.push('any', 'chart', layers, { manifest: manifestOf(layers, { artifactType: 'application/vnd.cncf.helm.chart' }) });
    await refused('any:chart', `expected artifact type ${HELM_TYPE}, got application/vnd.cncf.helm.chart`);
    await registry.push('any', 'named', { 'other-1.0.0.tgz': archive });
    await refused('any:named', 'required layer matching pattern any-VERSION.tgz not found in manifest');
    await registry.push('any', 'plain', { 'any-1.0.0.tgz': 'plain text' });
    await refused('any:plain', 'HOST/any:plain: plugin data is not a gzip compressed archive');
    await refused('any:gone', 'Cannot pull HOST/any:gone: the registry answered 404 (MANIFEST_UNKNOWN)');
    await refused('nothing', 'Cannot pull HOST/nothing: the registry answered 404 (NAME_UNKNOWN)');
    await refused(`any@sha256:${'0'.repeat(64)}`, `Cannot pull HOST/any@sha256:${'0'.repeat(64)}: the registry answered 404 (MANIFEST_UNKNOWN)`);
  });

  test('an index that has no image for this machine', async () => {
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] });
    await registry.push('any', 'index', {}, { manifest });
    await refused('any:index', `HOST/any:index has no image for ${platformText(hostPlatform())}`);
  });

  test('an archive that was tampered with', async () => {
    const layers = { 'any-1.0.0.tgz': pluginArchive('any', '1.0.1') };
    await registry.push('any', 'tampered', layers);
    const digest = digestOf(layers['any-1.0.0.tgz']);
    const bytes = readFileSync(stored(digest));
    writeFileSync(stored(digest), Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]));
    await refused('any:tampered', `The blob HOST/any@${digest} is not what its digest says: ${bytes.length} of ${bytes.length} bytes came, with sha256:`);
  });

  test('a manifest that was tampered with', async () => {
    const digest = await registry.push('any', 'swapped', { 'any-1.0.0.tgz': archive });
    const other = await registry.push('any', 'swapping', { 'any-1.0.0.tgz': pluginArchive('any', '6.6.6') });
    writeFileSync(stored(digest), readFileSync(stored(other)));
    await refused(`any@${digest}`, `The manifest of HOST/any@${digest} has the digest ${other}, not ${digest}`);
  });

  test('an archive that its manifest says is smaller, or larger, or that is too large', async () => {
    const sized = async (tag: string, size: number): Promise<void> => {
      const layers = { 'any-1.0.0.tgz': archive };
      const manifest = manifestOf(layers, { artifactType: HELM_TYPE, layers: [{ ...descriptor(archive, 'any-1.0.0.tgz'), size }] });
      await registry.push('any', tag, layers, { manifest });
    };
    await sized('smaller', archive.length - 1);
    await refused('any:smaller', `is ${archive.length} bytes, more than the ${archive.length - 1} that are allowed`);
    await sized('larger', archive.length + 1);
    await refused('any:larger', `is not what its digest says: ${archive.length} of ${archive.length + 1} bytes came`);
    await sized('huge', 2 ** 40);
    await refused('any:huge', `is ${2 ** 40} bytes, more than the ${DEFAULT_LIMITS.bytes} that are allowed`);
  });
});

/** What the servers of a registry's tokens sign, with the key of a certificate that the registry knows. */
function signedToken(company: Company, repository: string, actions: readonly string[]): string {
  const certificate = readFileSync(company.certificate, 'utf8');
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'us', sub: 'user', aud: 'here', exp: now + 300, nbf: now - 60, iat: now, jti: 'x' };
  const head = part({ typ: 'JWT', alg: 'RS256', x5c: [new X509Certificate(certificate).raw.toString('base64')] });
  const text = `${head}.${part({ ...claims, access: [{ type: 'repository', name: repository, actions }] })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), readFileSync(company.key)).toString('base64url')}`;
}

test('a registry that wants a token is opened with one', async () => {
  const company = new Company(mkdtempSync(join(scratch, 'company-')));
  const auth = `Basic ${Buffer.from('user:s3cret-word').toString('base64')}`;
  const told: (string | undefined)[] = [];
  await using tokens = await serving((request, response) => {
    told.push(request.headers.authorization);
    if (request.headers.authorization !== auth) return void response.writeHead(401).end();
    response.end(JSON.stringify({ token: signedToken(company, 'any', ['pull']) }));
  });
  await using closed = await DockerRegistry.start(
    () => `auth: {token: {realm: "${tokens.url}/token", service: here, issuer: us, rootcertbundle: ${company.certificate}}}`,
  );
  const authorization = `Bearer ${signedToken(company, 'any', ['pull', 'push'])}`;
  await closed.push('any', '1.0.0', { 'any-1.0.0.tgz': archive }, { authorization });
  vi.stubEnv('DOCKER_CONFIG', scratch);
  const address = `oci://${closed.host}/any`;
  await expect(staged(address)).rejects.toThrow(`${tokens.url}/token gives no token without credentials for ${closed.host} (401)`);
  writeFileSync(join(scratch, 'config.json'), JSON.stringify({ auths: { [closed.host]: { auth: auth.slice('Basic '.length) } } }));
  expect((await staged(address)).told[0]).toBe(`Pulled plugin: ${closed.host}/any:1.0.0`);
  expect(told).toEqual([undefined, auth]);
  vi.unstubAllEnvs();
});

test('a plugin of Helm is had from a registry with htpasswd, by what docker has stored, which is seen nowhere', async () => {
  using box = Sandbox.prepared();
  await using closed = await DockerRegistry.start((folder) => {
    // By `htpasswd -nbBC 4 user s3cret-word`.
    writeFileSync(join(folder, 'htpasswd'), 'user:$2y$04$jhAaEE1OOmtOn82a34t8u.YiqCmOxkd2.Z8p/j6uHBJHj3kbXsrFW\n');
    return `auth: {htpasswd: {realm: here, path: ${folder}/htpasswd}}`;
  });
  const auth = Buffer.from('user:s3cret-word').toString('base64');
  const helmPlugin = tarGz([
    { name: 'hello/plugin.yaml', body: 'name: hello\nversion: 1.0.0\nusage: hello\ndescription: d\ncommand: $HELM_PLUGIN_DIR/run.sh\n' },
    { name: 'hello/run.sh', body: '#!/bin/sh\necho "hello $1"\n', mode: 0o755 },
  ]);
  await closed.push('plugins/helm-hello', '1.0.0', { 'helm-hello-1.0.0.tgz': helmPlugin }, { authorization: `Basic ${auth}` });
  const install = (config: object): Promise<RunResult> => {
    mkdirSync(join(box.root, 'docker'), { recursive: true });
    writeFileSync(join(box.root, 'docker/config.json'), JSON.stringify(config));
    return box.run(['plugin:install', `oci://${closed.host}/plugins/helm-hello`], { env: { DOCKER_CONFIG: join(box.root, 'docker') } });
  };
  const anonymous = await install({});
  expect(anonymous).toMatchObject({ status: 1, stderr: expect.stringContaining('the registry asks for a user and a password; log in with `docker login') });
  const wrong = await install({ auths: { [closed.host]: { auth: Buffer.from('user:wr0ng-word').toString('base64') } } });
  expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('the registry answered 401 (UNAUTHORIZED); log in with `docker login') });
  expect(wrong.stderr).not.toContain('wr0ng-word');
  expect(await install({ auths: { [closed.host]: { auth } } })).toMatchObject({ status: 0, stderr: '' });
  expect((await box.run(['hello', 'Ada'])).stdout).toBe('hello Ada\n');
  expect(spawnSync('grep', ['-rlE', `s3cret-word|${auth}`, box.home]).stdout.toString()).toBe('');
});
