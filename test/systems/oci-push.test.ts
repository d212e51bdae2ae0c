import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { hostPlatform, platformText } from '../../src/catalogue/platforms.ts';
import { onPath, testNeeding } from '../support/needs.ts';
import { DockerRegistry, digestOf, HELM_TYPE, pluginArchive } from '../support/oci-registry.ts';
import { Sandbox } from '../support/sandbox.ts';
import { GpgHome } from '../support/signers.ts';

const test = testNeeding('docker-registry', 'skopeo');
const OURS = 'application/vnd.tool.plugin.v1+json';
const YAML =
  'apiVersion: v1\nname: hello\nversion: 1.0.0+build.2\ntype: cli/v1\nruntime: subprocess\nconfig: {usage: hello, shortHelp: Greets}\nruntimeConfig: {platformCommand: [{command: $HELM_PLUGIN_DIR/hello.sh}]}\n';
const HERE = platformText(hostPlatform());

let registry: DockerRegistry;
let scratch: string;
let box: Sandbox;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'tool-push-'));
  if (onPath('docker-registry')) registry = await DockerRegistry.start();
});
afterAll(async () => {
  rmSync(scratch, { recursive: true });
  await registry?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  box = Sandbox.prepared();
  return () => box[Symbol.dispose]();
});

const run = (...words: string[]) => box.run(words, { cwd: box.root });
const push = async (...words: string[]) => {
  const { stdout, stderr, status } = await run('plugin:push', ...words);
  return { out: stdout + stderr, status };
};
/** The address of an image, whose name no other test has. */
const address = (path: string): string => `oci://${registry.host}/${path}`;
/** What another client of registries makes of an image. */
const skopeo = (...words: string[]): string => execFileSync('skopeo', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const rawManifest = (image: string): string => skopeo('inspect', '--tls-verify=false', '--raw', image.replace('oci:', 'docker:'));

test('a signed plugin of Helm is pushed as one, and installed elsewhere by its tag and by its digest', async () => {
  const gpg = new GpgHome(join(box.root, 'gnupg'));
  try {
    const fingerprint = gpg.makeKey('anna@example.org');
    box.file('secret.gpg', gpg.gpg(['--export-secret-keys']), 0o600).file('anna.asc', gpg.export('anna@example.org'));
    box.file('hello/plugin.yaml', YAML).file('hello/hello.sh', '#!/bin/sh\necho hello\n', 0o755);
    await run('plugin:package', 'hello', '-d', 'dist', '--keyring', 'secret.gpg');
    const file = 'dist/hello-1.0.0+build.2.tgz';
    const dry = await push(file, address('signed/hello'), '--dry-run', '--json');
    const { digest } = JSON.parse(dry.out);
    expect(JSON.parse(dry.out)).toMatchObject({ changed: false, tag: '1.0.0_build.2', images: [{ platform: null, signed: true, digest }] });
    expect(() => rawManifest(`${address('signed/hello')}:1.0.0_build.2`)).toThrow();

    const shown = `${registry.host}/signed/hello:1.0.0_build.2`;
    expect(await push(file, address('signed/hello'))).toEqual({ out: `-----> Pushed plugin: ${shown}\n-----> Digest: ${digest}\n`, status: 0 });
    const raw = rawManifest(`oci://${shown}`);
    expect(digestOf(raw)).toBe(digest);
    const layer = (name: string, mediaType: string) => {
      const bytes = readFileSync(join(box.root, name));
      return { mediaType, digest: digestOf(bytes), size: bytes.length, annotations: { 'org.opencontainers.image.title': name.slice('dist/'.length) } };
    };
    expect(JSON.parse(raw)).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: HELM_TYPE,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2 },
      layers: [layer(file, 'application/vnd.oci.image.layer.v1.tar+gzip'), layer(`${file}.prov`, 'application/vnd.oci.image.layer.v1.tar')],
    });
    expect(await push(file, address('signed/hello'))).toEqual({ out: `-----> ${shown} is there already, and the same\n-----> Digest: ${digest}\n`, status: 0 });

    for (const image of [address('signed/hello'), `${address('signed/hello')}@${digest}`]) {
      using other = Sandbox.prepared();
      writeFileSync(other.at('tool.toml'), '[trust]\npolicy = "require"\n');
      const refused = await other.run(['plugin:install', image]);
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('hello is signed by openpgp:') });
      await other.run(['trust:add', join(box.root, 'anna.asc')]);
      expect(await other.run(['plugin:install', image])).toMatchObject({ status: 0, stdout: expect.stringContaining(`-----> Digest: ${digest}\n`) });
      expect(await other.run(['hello'])).toMatchObject({ stdout: 'hello\n' });
      expect(JSON.parse(readFileSync(other.at('plugins/store/hello/current'), 'utf8'))).toMatchObject({
        signer: `openpgp:${fingerprint}`,
        signedOf: 'archive',
      });
    }
  } finally {
    gpg.stop();
  }
});

test('a version that is there keeps its contents, another tag moves, and what the registry has is not sent again', async () => {
  box.file('dist/greet-1.0.0.tgz', pluginArchive('greet', '1.0.0'));
  const facts = async (...words: string[]) => JSON.parse((await push(...words, '--json')).out);
  expect(await facts('dist/greet-1.0.0.tgz', address('moving/greet'))).toMatchObject({ changed: true, uploaded: 2, known: 0 });
  expect(await facts('dist/greet-1.0.0.tgz', `${address('moving/greet')}:stable`)).toMatchObject({ changed: true, uploaded: 0, known: 2, tag: 'stable' });
  expect(await push('dist/greet-1.0.0.tgz', address('moving/greet'))).toMatchObject({
    out: expect.stringContaining('is there already, and the same'),
    status: 0,
  });
  box
    .file('other/greet/plugin.toml', '[plugin]\nversion = "1.0.0"\ndescription = "another"\n[plugin.config]\n')
    .file('other/greet/bare/default', '#!/bin/sh\necho other\n');
  await run('plugin:package', 'other/greet', '-d', 'other', '--sign=false');
  const refused = await push('other/greet-1.0.0.tgz', address('moving/greet'));
  expect(refused).toEqual({
    out: expect.stringMatching(/greet:1\.0\.0 is there already, with other contents \(sha256:[0-9a-f]{64}\); give the plugin a new version, or use --force\n$/),
    status: 1,
  });
  expect(await push('other/greet-1.0.0.tgz', `${address('moving/greet')}:stable`)).toEqual({
    out: expect.stringContaining(' !     greet is not signed: nobody can tell who made it\n'),
    status: 0,
  });
  expect(await push('other/greet-1.0.0.tgz', address('moving/greet'), '--force')).toMatchObject({ status: 0 });
  await run('plugin:install', `${address('moving/greet')}:1.0.0`);
  expect(await run('greet')).toMatchObject({ stdout: 'other\n' });
});

test('an index has an image for each platform; the one for this machine is installed, and a lock holds on another', async () => {
  for (const [folder, text] of [
    ['here', 'here'],
    ['there', 'there'],
  ] as const) {
    box
      .file(`${folder}/greet/plugin.toml`, '[plugin]\nversion = "1.0.0"\ndescription = "d"\n[plugin.config]\n')
      .file(`${folder}/greet/bare/default`, `#!/bin/sh\necho ${text}\n`);
    await run('plugin:package', `${folder}/greet`, '-d', folder, '--sign=false');
  }
  const words = ['--for', `${HERE}=here/greet-1.0.0.tgz`, '--for', 'freebsd/riscv64=there/greet-1.0.0.tgz', address('several/greet')];
  const { images, digest } = JSON.parse((await push(...words, '--json')).out);
  expect(images.map(({ platform }: { platform: string }) => platform)).toEqual([HERE, 'freebsd/riscv64']);
  const raw = rawManifest(`${address('several/greet')}:1.0.0`);
  expect(digestOf(raw)).toBe(digest);
  expect(JSON.parse(raw)).toMatchObject({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    artifactType: OURS,
    manifests: [{ artifactType: OURS, digest: images[1].digest, platform: { os: 'freebsd', architecture: 'riscv64' } }, { digest: images[0].digest }],
  });
  // Another client takes all of it away, and finds every blob to be what it should be.
  skopeo('copy', '--all', '--src-tls-verify=false', `docker://${registry.host}/several/greet:1.0.0`, `oci:${join(box.root, 'copied')}:x`);
  expect(await run('plugin:install', `${address('several/greet')}@${digest}`)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`-----> Digest: ${digest}\n-----> Platform: ${HERE}\n`),
  });
  expect(await run('greet')).toMatchObject({ stdout: 'here\n' });
  expect(await run('plugin:update', 'greet', '1.0.0')).toMatchObject({ status: 0 });
  await run('plugin:lock');
  const lock = readFileSync(box.at('tool.lock'), 'utf8');
  expect(lock).toContain(`digest = "${digest}"\nplatform = "${HERE}"\n`);
  await run('plugin:uninstall', 'greet');
  const elsewhere = lock
    .replace(`platform = "${HERE}"`, 'platform = "freebsd/riscv64"')
    .replace(/source = "sha256:[0-9a-f]{64}"/, `source = "sha256:${'a'.repeat(64)}"`);
  expect(elsewhere).not.toBe(lock);
  writeFileSync(box.at('tool.lock'), elsewhere);
  expect(await run('plugin:sync', '--frozen')).toMatchObject({ status: 0, stdout: expect.stringContaining('Plugin greet 1.0.0 installed') });
  expect(await run('greet')).toMatchObject({ stdout: 'here\n' });
  expect(await run('plugin:sync', '--frozen')).toMatchObject({ status: 0, stdout: '-----> 1 plugin is as it should be\n' });

  await push('--for', 'freebsd/riscv64=there/greet-1.0.0.tgz', `${address('several/greet')}:alien`);
  expect(await run('plugin:install', `${address('several/greet')}:alien`, '--name', 'alien')).toMatchObject({
    stderr: expect.stringContaining(`has no image for ${HERE}, only for freebsd/riscv64; check its name and tag`),
    status: 1,
  });
});

describe('what cannot be installed from there is not sent', () => {
  test.each<[words: (at: string) => string[], told: string, status: number]>([
    [(at) => ['dist/greet-1.0.0.tgz', `${at}/other`], 'dist/greet-1.0.0.tgz would not be found in an image called other, which is to hold other-1.0.0.tgz', 1],
    [
      (at) => ['renamed/greet-2.0.0.tgz', `${at}/greet`],
      'renamed/greet-2.0.0.tgz would not be found in an image called greet, which is to hold greet-1.0.0.tgz',
      1,
    ],
    [
      (at) => ['strange/greet-1.0.0.tgz', `${at}/greet`],
      'strange/greet-1.0.0.tgz.prov is not of this archive: provenance does not contain a SHA for a file named',
      1,
    ],
    [(at) => ['unclear/greet-1.0.0.tgz', `${at}/greet`], 'unclear/greet-1.0.0.tgz.prov is not of this archive: signature block not found', 1],
    [(at) => ['dist', `${at}/greet`], 'dist is not a file', 1],
    [(at) => ['text/greet-1.0.0.tgz', `${at}/greet`], 'text/greet-1.0.0.tgz is no gzipped tar archive', 1],
    [(at) => ['dist/greet-1.0.0.tgz', `${at}/greet@sha256:${'a'.repeat(64)}`], 'has a digest, which is that of an image that is there', 1],
    [() => ['dist/greet-1.0.0.tgz'], 'The address to push to is missing', 2],
    [() => ['dist/greet-1.0.0.tgz', 'https://example.org/greet'], 'invalid OCI reference', 1],
    [(at) => ['--for', 'dist/greet-1.0.0.tgz', `${at}/greet`], '--for takes a platform and its archive, not "dist/greet-1.0.0.tgz"', 2],
    [(at) => ['--for', 'plan9/vax=x.tgz', `${at}/greet`], '"plan9/vax" is no platform that is known', 2],
    [(at) => ['--for', 'linux/amd64=a', '--for', 'linux/x86_64=b', `${at}/greet`], '--for names linux/amd64 twice', 2],
    [(at) => ['--for', 'linux/amd64=a', 'b', `${at}/greet`], 'b and --for both name archives', 2],
  ])('%#', async (words, told, status) => {
    const archive = pluginArchive('greet', '1.0.0');
    for (const name of ['dist/greet-1.0.0.tgz', 'renamed/greet-2.0.0.tgz', 'strange/greet-1.0.0.tgz', 'unclear/greet-1.0.0.tgz']) box.file(name, archive);
    box.file('unclear/greet-1.0.0.tgz.prov', 'x').file('text/greet-1.0.0.tgz', 'x');
    box.file('strange/greet-1.0.0.tgz.prov', '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\na: b\n\n...\nfiles: {}\n-----BEGIN PGP SIGNATURE-----\n');
    const ended = await push(...words(address('refused')));
    expect(ended).toEqual({ out: expect.stringContaining(told), status });
  });
});

test('credentials that docker has stored are told to the registry, and seen nowhere', async () => {
  await using closed = await DockerRegistry.start((folder) => {
    // By `htpasswd -nbBC 4 user s3cret-word`.
    writeFileSync(join(folder, 'htpasswd'), 'user:$2y$04$jhAaEE1OOmtOn82a34t8u.YiqCmOxkd2.Z8p/j6uHBJHj3kbXsrFW\n');
    return `auth: {htpasswd: {realm: here, path: ${folder}/htpasswd}}`;
  });
  box.file('dist/greet-1.0.0.tgz', pluginArchive('greet', '1.0.0'));
  const auth = Buffer.from('user:s3cret-word').toString('base64');
  const pushed = (config: object) => {
    mkdirSync(join(box.root, 'docker'), { recursive: true });
    writeFileSync(join(box.root, 'docker/config.json'), JSON.stringify(config));
    return box.run(['plugin:push', 'dist/greet-1.0.0.tgz', `oci://${closed.host}/plugins/greet`], {
      cwd: box.root,
      env: { DOCKER_CONFIG: join(box.root, 'docker') },
    });
  };
  expect(await pushed({})).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/Cannot push \S+: the registry asks for a user and a password; log in with `docker login/),
  });
  expect(await pushed({ auths: { [closed.host]: { auth } } })).toMatchObject({ status: 0, stdout: expect.stringContaining('-----> Pushed plugin: ') });
  expect(spawnSync('grep', ['-rlE', `s3cret-word|${auth}`, box.home]).stdout.toString()).toBe('');
});
