import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Sandbox } from '../support/sandbox.ts';
import { type Serving, serving } from '../support/serving.ts';
import { GpgHome } from '../support/signers.ts';

/** What all homes here are copies of. */
let world: Sandbox;
beforeAll(() => {
  world = Sandbox.prepared();
});
afterAll(() => world[Symbol.dispose]());

let box: Sandbox;
beforeEach(() => {
  box = Sandbox.with(world.home);
  return () => box[Symbol.dispose]();
});

const run = async (...words: string[]) => {
  const { stdout, stderr, status } = await box.run(words, { cwd: box.root });
  return { out: stdout + stderr, status };
};
const receipt = () => JSON.parse(readFileSync(box.at('plugins/store/greet/current'), 'utf8'));

describe('archives, over HTTP', () => {
  const gpgFolder = mkdtempSync(join(tmpdir(), 'tool-gpg-'));
  const gpg = new GpgHome(gpgFolder);
  const files = new Map<string, Buffer | string>();
  let server: Serving;
  let fingerprint: string;
  let mallory: string;
  let rosa: string;
  /** The keys that are trusted where something is refused, good or not. */
  let known: Buffer;
  const prov = (version: string, sum: string, user = 'alice@example.org', name = `greet-${version}.tgz`) => gpg.prov(user, { [name]: `sha256:${sum}` });

  beforeAll(async () => {
    fingerprint = gpg.makeKey('alice@example.org');
    mallory = gpg.makeKey('mallory@example.org');
    rosa = gpg.makeKey('rosa@example.org', 'rsa2048');
    const long = ['--faked-system-time', '20250101T000000'];
    gpg.makeKey('old@example.org', 'ed25519', 'sign', '1d', long);
    const gone = gpg.makeKey('gone@example.org');
    gpg.makeKey('idle@example.org');
    for (const version of ['1.0.0', '1.1.0']) {
      world.file('pack/greet/plugin.toml', `[plugin]\ndescription = "d"\nversion = "${version}"\n[plugin.config]\n`);
      world.file('pack/greet/install', '#!/bin/sh\necho ran >&2\n');
      const bytes = execFileSync('tar', ['-cz', '-C', join(world.root, 'pack'), 'greet']);
      const sum = createHash('sha256').update(bytes).digest('hex');
      files.set(`/greet-${version}.tgz`, bytes).set(`/greet-${version}.tgz.prov`, prov(version, sum));
      for (const [folder, text] of [
        ['unsigned', '<html>not found</html>'],
        ['edited', prov(version, sum).replace('Name: greet', 'Name: other')],
        ['other', prov(version, sum, 'alice@example.org', 'other.tgz')],
        ['bytes', prov(version, 'b'.repeat(64))],
        ['mallory', prov(version, sum, 'mallory@example.org')],
        ['cut', prov(version, sum).slice(0, -150)],
        [
          'twice',
          gpg.clearsign('alice@example.org', `x: y\n\n...\nfiles:\n  greet-${version}.tgz: sha256:${sum}\n  greet-${version}.tgz: sha256:${'b'.repeat(64)}\n`),
        ],
        ['rotated', prov(version, sum, 'rosa@example.org')],
        ['expired', gpg.prov('old@example.org', { [`greet-${version}.tgz`]: `sha256:${sum}` }, long)],
        ['revoked', prov(version, sum, 'gone@example.org')],
        ['usage', prov(version, sum, 'idle@example.org')],
        ['weak', gpg.prov('rosa@example.org', { [`greet-${version}.tgz`]: `sha256:${sum}` }, ['--digest-algo', 'SHA1', '--allow-weak-digest-algos'])],
        ['md5', gpg.prov('alice@example.org', { [`greet-${version}.tgz`]: `md5:${'a'.repeat(32)}` })],
      ] as const)
        files.set(`/${folder}/greet-${version}.tgz`, bytes).set(`/${folder}/greet-${version}.tgz.prov`, text);
    }
    gpg.gpg(['--import'], readFileSync(join(gpgFolder, 'openpgp-revocs.d', `${gone}.rev`), 'utf8').replace(':-----BEGIN', '-----BEGIN'));
    gpg.gpg(['--command-fd', '0', '--status-fd', '1', '--edit-key', 'idle@example.org'], 'change-usage\nS\nQ\nsave\n');
    known = Buffer.concat(['alice', 'rosa', 'old', 'gone', 'idle'].map((name) => gpg.export(`${name}@example.org`)));
    server = await serving((request, response) => {
      const body = files.get((request.url ?? '').replace(/\?.*/, ''));
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
  }, 60_000);
  afterAll(async () => {
    gpg.stop();
    rmSync(gpgFolder, { recursive: true, force: true });
    await server[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    box.file('alice.asc', gpg.export('alice@example.org'));
    writeFileSync(box.at('tool.toml'), '[trust]\npolicy = "require"\n');
  });

  test('good ones are installed, by path and by address, and say who signed them', async () => {
    expect(await run('trust:add', 'alice.asc')).toMatchObject({ out: `-----> openpgp:${fingerprint} (alice@example.org) is trusted\n` });
    expect(await run('plugin:install', `${server.url}/greet-1.0.0.tgz?token=x`, '--name', 'greet')).toMatchObject({
      out: expect.stringContaining('ran'),
      status: 0,
    });
    expect(receipt()).toMatchObject({ signer: `openpgp:${fingerprint}`, signerNames: ['alice@example.org'], signedOf: 'archive' });
    expect(server.asked).toContain('/greet-1.0.0.tgz.prov?token=x');
    for (const name of ['greet-1.1.0.tgz', 'greet-1.1.0.tgz.prov']) box.file(name, files.get(`/${name}`) ?? '');
    expect(await run('plugin:update', 'greet', '--from', './greet-1.1.0.tgz')).toMatchObject({ status: 0 });
    expect(receipt()).toMatchObject({ version: '1.1.0', signer: `openpgp:${fingerprint}` });
  });

  test('a lock holds the signer, and another home needs the public key alone', async () => {
    await run('trust:add', 'alice.asc');
    await run('plugin:install', `${server.url}/greet-1.0.0.tgz`, '--name', 'greet', '--save');
    await run('plugin:lock');
    const lock = readFileSync(box.at('tool.lock'), 'utf8');
    expect(lock).toContain(`signer = "openpgp:${fingerprint}"`);
    using other = Sandbox.with(world.home);
    other.file('alice.asc', gpg.export('alice@example.org'));
    writeFileSync(other.at('tool.lock'), lock);
    const sync = async (...words: string[]) => {
      const { stdout, stderr, status } = await other.run(['plugin:sync', ...words], { cwd: other.root });
      return { out: stdout + stderr, status };
    };
    expect(await sync('--frozen')).toMatchObject({
      out: expect.stringContaining(
        `tool.lock says that greet is signed by openpgp:${fingerprint}, and it is signed by openpgp:${fingerprint.slice(-16)}, which is not trusted here`,
      ),
      status: 1,
    });
    await other.run(['trust:add', join(other.root, 'alice.asc')]);
    expect(await sync('--frozen')).toMatchObject({ out: expect.stringContaining('Plugin greet 1.0.0 installed'), status: 0 });
    expect(await sync('--frozen')).toMatchObject({ out: '-----> 1 plugin is as it should be\n', status: 0 });
    writeFileSync(other.at('tool.lock'), lock.replace(fingerprint, 'A'.repeat(40)));
    expect(await sync('--frozen')).toMatchObject({
      out: expect.stringContaining(`signed by openpgp:${'A'.repeat(40)}, and it is signed by openpgp:${fingerprint}`),
      status: 1,
    });
  });

  test('a key that was rotated is accepted by a word, or by the lock of a home that did', async () => {
    await run('trust:add', 'alice.asc');
    await run('plugin:install', `${server.url}/greet-1.0.0.tgz`, '--name', 'greet', '--save');
    using other = Sandbox.with(box.home);
    box.file('rosa.asc', gpg.export('rosa@example.org'));
    await run('trust:add', 'rosa.asc');
    const update = (...words: string[]) => run('plugin:update', 'greet', '--from', `${server.url}/rotated/greet-1.1.0.tgz`, '--save', ...words);
    expect(await update()).toMatchObject({
      out: expect.stringContaining(
        `greet was signed by openpgp:${fingerprint} (alice@example.org), and is signed by openpgp:${rosa} (rosa@example.org) now; ask its author why`,
      ),
      status: 1,
    });
    expect(receipt()).toMatchObject({ version: '1.0.0', signer: `openpgp:${fingerprint}` });
    expect(await update('--accept-signer')).toMatchObject({ status: 0 });
    expect(receipt()).toMatchObject({ version: '1.1.0', signer: `openpgp:${rosa}` });
    await run('plugin:lock');
    // Another home, which has the old one installed.
    for (const name of ['tool.toml', 'tool.lock']) writeFileSync(other.at(name), readFileSync(box.at(name)));
    const sync = () => other.run(['plugin:sync', '--frozen'], { cwd: other.root });
    expect(await sync()).toMatchObject({ stderr: expect.stringContaining('which is not trusted here'), status: 1 });
    await other.run(['trust:add', join(box.root, 'rosa.asc')]);
    expect(await sync()).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(other.at('plugins/store/greet/current'), 'utf8'))).toMatchObject({ version: '1.1.0', signer: `openpgp:${rosa}` });
  });

  const bad = (why: string): string => `greet has a bad signature: ${why}; nothing was installed; ask its author`;
  const sumOf = (path: string): string =>
    createHash('sha256')
      .update(files.get(path) ?? '')
      .digest('hex');
  test.each([
    ['unsigned', () => 'greet is not signed; ask its author to sign it, or install it with --verify=false'],
    ['edited', () => bad('openpgp: invalid signature: the signed digest does not match')],
    ['other', () => bad('provenance does not contain a SHA for a file named "greet-1.0.0.tgz"')],
    ['bytes', () => bad(`sha256 sum does not match for greet-1.0.0.tgz: "sha256:${'b'.repeat(64)}" != "sha256:${sumOf('/greet-1.0.0.tgz')}"`)],
    ['twice', () => bad('the list of files cannot be read: duplicated mapping key')],
    [
      'mallory',
      () =>
        `greet is signed by openpgp:${mallory.slice(-16)}, which is not trusted here; compare that key with its owner's, and trust it with \`tool trust:add\``,
    ],
    ['expired', () => bad('openpgp: key expired')],
    ['revoked', () => bad('openpgp: signature made by revoked key')],
    ['usage', () => bad('openpgp: the key must not be used to sign')],
    ['cut', () => bad('openpgp: the signature is cut off, or damaged')],
    ['weak', () => bad('openpgp: the hash that was signed is too weak')],
    ['md5', () => bad(`sha256 sum does not match for greet-1.0.0.tgz: "md5:${'a'.repeat(32)}" != "sha256:${sumOf('/greet-1.0.0.tgz')}"`)],
  ])('%s is refused in one line, and none of it runs', async (folder, message) => {
    box.file('known.asc', known);
    await run('trust:add', 'known.asc');
    const { out, status } = await run('plugin:install', `${server.url}/${folder}/greet-1.0.0.tgz`, '--name', 'greet');
    expect({ out, status }).toEqual({ out: `-----> Installing plugin greet from ${server.url}/${folder}/greet-1.0.0.tgz\n !     ${message()}\n`, status: 1 });
    expect(readdirSync(box.at('plugins/available'))).not.toContain('greet');
  });
});
