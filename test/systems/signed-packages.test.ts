import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PACKAGE, Sandbox } from '../support/sandbox.ts';
import { GpgHome } from '../support/signers.ts';

const TOML = '[plugin]\ndescription = "d"\nversion = "1.0.0"\n[plugin.config]\n';
const YAML =
  'apiVersion: v1\nname: greet\nversion: 1.2.3\ntype: cli/v1\nruntime: subprocess\nconfig: {usage: greet}\nruntimeConfig: {platformCommand: [{command: $HELM_PLUGIN_DIR/greet.sh}]}\n';

let box: Sandbox;
let gpg: GpgHome;
/** Fingerprints by the kinds of their keys. */
const keys: Record<string, string> = {};

beforeAll(async () => {
  box = Sandbox.prepared();
  gpg = new GpgHome(join(box.root, 'gnupg'));
  for (const [name, algorithm] of [
    ['Edward', 'ed25519'],
    ['Nina', 'nistp256'],
    ['Rosa', 'rsa2048'],
  ] as const)
    keys[name] = gpg.makeKey(`${name} <${name.toLowerCase()}@example.org>`, algorithm);
  box.file('secret.gpg', gpg.gpg(['--export-secret-keys']), 0o600).file('public.gpg', gpg.gpg(['--export']));
  box.file('greet/plugin.toml', TOML).file('greet/bare/default', '#!/bin/sh\necho hi\n').file('greet/.toolignore', '/test/\n').file('greet/test/x', 'x');
  box.file('helms/plugin.yaml', YAML).file('helms/greet.sh', '#!/bin/sh\necho hi\n');
}, 120_000);
afterAll(() => {
  gpg.stop();
  box[Symbol.dispose]();
});

const at = (path: string): string => join(box.root, path);
/** @param keys a home of gpg's */
const toolBy = (keys: string, ...words: string[]) => box.run(words, { cwd: box.root, env: { GNUPGHOME: at(keys) } });
const tool = (...words: string[]) => toolBy('gnupg', ...words);
const packed = (name: string, ...words: string[]) => tool('plugin:package', name, '-d', 'out', '--keyring', 'secret.gpg', ...words);

test('an archive that is made twice is the same, without what .toolignore lists; unsigned ones say so', async () => {
  const first = await tool('plugin:package', 'greet', '-d', 'one', '--json');
  expect(JSON.parse(first.stdout)).toMatchObject({ name: 'greet', version: '1.0.0', file: 'one/greet-1.0.0.tgz', files: ['bare/default', 'plugin.toml'] });
  expect(await tool('plugin:package', './greet', '-d', 'two')).toMatchObject({
    stdout:
      'WARNING: Skipping plugin signing. This is not recommended for plugins intended for distribution.\nSuccessfully packaged plugin and saved it to: two/greet-1.0.0.tgz\n',
    stderr: '',
    status: 0,
  });
  expect(readFileSync(at('one/greet-1.0.0.tgz')).equals(readFileSync(at('two/greet-1.0.0.tgz')))).toBe(true);
  // Into its own directory, twice.
  for (const _ of [1, 2]) await box.run(['plugin:package', '.'], { cwd: at('greet') });
  expect(readFileSync(at('greet/greet-1.0.0.tgz')).equals(readFileSync(at('one/greet-1.0.0.tgz')))).toBe(true);
});

test.each(['Edward', 'Nina', 'Rosa'])('gpg verifies what is signed with the key of %s, and so do we', async (name) => {
  const signed = await packed('helms', '--key', `${name.toLowerCase()}@`);
  expect(signed).toMatchObject({
    stdout: 'Successfully signed. Signature written to: out/greet-1.2.3.tgz.prov\nSuccessfully packaged plugin and saved it to: out/greet-1.2.3.tgz\n',
    stderr: '',
    status: 0,
  });
  const prov = readFileSync(at('out/greet-1.2.3.tgz.prov'), 'utf8');
  expect(prov).toMatch(
    /^-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nAPIVersion: v1\nConfig:\n {2}IgnoreFlags: false\n[\s\S]*\n\.\.\.\nfiles:\n {2}greet-1\.2\.3\.tgz: sha256:[0-9a-f]{64}\n\n-----BEGIN PGP SIGNATURE-----\n[\s\S]*\n=[A-Za-z0-9+/]{4}\n-----END PGP SIGNATURE-----\n$/,
  );
  // It exits with another status than 0 for what does not verify, which throws.
  gpg.gpg(['--verify', at('out/greet-1.2.3.tgz.prov')]);
  expect(await tool('plugin:verify', 'out/greet-1.2.3.tgz', '--keyring', 'public.gpg')).toMatchObject({
    stdout: expect.stringMatching(
      new RegExp(
        `^Signed by: ${name} <${name.toLowerCase()}@example.org>\nUsing Key With Fingerprint: ${keys[name]}\nPlugin Hash Verified: sha256:[0-9a-f]{64}\n$`,
      ),
    ),
    stderr: '',
    status: 0,
  });
});

test('gpg signs where no keyring is given, and the keys of gpg verify it', async () => {
  expect(await tool('plugin:package', 'greet', '-d', 'gpg', '--sign', '--key', keys.Nina as string)).toMatchObject({ status: 0, stderr: '' });
  gpg.gpg(['--verify', at('gpg/greet-1.0.0.tgz.prov')]);
  expect(await tool('plugin:verify', 'gpg/greet-1.0.0.tgz')).toMatchObject({ status: 0, stdout: expect.stringContaining('Signed by: Nina') });
  expect(JSON.parse((await tool('plugin:verify', 'gpg/greet-1.0.0.tgz', '--json')).stdout)).toMatchObject({
    signer: { key: `openpgp:${keys.Nina}` },
    keys: 'the keys of gpg',
  });
});

test('a key that cannot be chosen or unlocked leaves nothing behind', async () => {
  const refusal = async (...words: string[]): Promise<string> => refusalBy('gnupg', ...words);
  const refusalBy = async (keys: string, ...words: string[]): Promise<string> => {
    const { stderr, status } = await toolBy(keys, 'plugin:package', 'greet', '-d', 'none', ...words);
    expect(status).not.toBe(0);
    expect(existsSync(at('none/greet-1.0.0.tgz'))).toBe(false);
    return stderr.replace(/^ ! {5}/, '').trim();
  };
  expect(await refusal('--keyring', 'secret.gpg')).toMatch(/^there are 3 secret keys: /);
  expect(await refusal('--keyring', 'secret.gpg', '--key', 'example')).toMatch(/^more than one key contain the id "example": /);
  expect(await refusal('--keyring', 'secret.gpg', '--key', 'nobody')).toBe('private key not found; name a key of the keyring with --key');
  expect(await refusal('--keyring', 'public.gpg', '--key', 'nina')).toMatch(/^provided key is not a private key; /);
  expect(await refusal('--keyring', 'greet/plugin.toml')).toMatch(/^error reading from keyring: /);
  expect(await refusal('--keyring', 'absent')).toMatch(/^--keyring absent cannot be read/);
  expect(await refusal('--sign=false', '--key', 'nina')).toContain('--sign=false goes with no key');
  const locked = new GpgHome(at('locked'));
  locked.gpg(['--quick-gen-key', 'Lena <lena@example.org>', 'ed25519', 'sign', 'never'], '', 'open sesame');
  box
    .file('locked.gpg', locked.gpg(['--export-secret-keys'], '', 'open sesame'), 0o600)
    .file('right', 'open sesame\n')
    .file('wrong', 'sesame');
  // The agent would remember the passphrase that it was made with.
  locked.stop();
  expect(await refusalBy('locked', '--sign', '--key', 'lena')).toBe('The key has a passphrase, and gpg has no terminal to ask for it; give --passphrase-file');
  expect(await refusalBy('locked', '--sign', '--key', 'lena', '--passphrase-file', 'wrong')).toBe('gpg does not sign it: Bad passphrase; check the passphrase');
  locked.stop();
  expect(await refusal('--keyring', 'locked.gpg')).toMatch(/^The key of Lena <lena@example\.org> has a passphrase, and nobody is at a terminal/);
  expect(await refusal('--keyring', 'locked.gpg', '--passphrase-file', 'wrong')).toMatch(/cannot be unlocked: Incorrect key passphrase; check the passphrase$/);
  expect(await tool('plugin:package', 'greet', '-d', 'locked-out', '--keyring', 'locked.gpg', '--passphrase-file', 'right')).toMatchObject({ status: 0 });
});

test('what is no plugin, and what is not what was signed, is refused in the words of Helm', async () => {
  expect((await tool('plugin:package', 'out')).stderr).toContain('invalid plugin directory: ');
  expect((await tool('plugin:package', 'secret.gpg')).stderr).toContain('plugin package only supports directories, not tarballs');
  await packed('greet', '--key', 'nina');
  const verify = async (file: string, ring = 'public.gpg') => (await tool('plugin:verify', file, '--keyring', ring)).stderr;
  expect(await verify('out')).toContain('directory verification not supported - only plugin tarballs can be verified');
  expect(await verify('greet/plugin.toml')).toContain('plugin file must be a gzipped tarball (.tar.gz or .tgz)');
  expect(await verify('one/greet-1.0.0.tgz')).toContain('could not find provenance file one/greet-1.0.0.tgz.prov');
  box.file('empty.gpg', '');
  expect(await verify('out/greet-1.0.0.tgz', 'empty.gpg')).toContain('openpgp: signature made by unknown entity');
  const bytes = readFileSync(at('out/greet-1.0.0.tgz'));
  box.file('out/other-1.0.0.tgz', bytes).file('out/other-1.0.0.tgz.prov', readFileSync(at('out/greet-1.0.0.tgz.prov')));
  expect(await verify('out/other-1.0.0.tgz')).toContain('provenance does not contain a SHA for a file named "other-1.0.0.tgz"');
  writeFileSync(at('out/greet-1.0.0.tgz'), Buffer.concat([bytes, Buffer.from('x')]));
  expect(await verify('out/greet-1.0.0.tgz')).toContain('sha256 sum does not match for greet-1.0.0.tgz');
});

test('a plugin that was installed signed is verified by its receipt and its files', async () => {
  box.file('nina.asc', gpg.gpg(['--armor', '--export', keys.Nina as string]));
  await packed('greet', '--key', 'nina');
  expect(await tool('trust:add', 'nina.asc')).toMatchObject({ status: 0 });
  expect(await tool('plugin:install', 'out/greet-1.0.0.tgz')).toMatchObject({ status: 0, stderr: '' });
  expect(await tool('plugin:verify', 'greet')).toMatchObject({
    stdout: expect.stringMatching(
      new RegExp(`^Signed by: Nina <nina@example.org>\nUsing Key With Fingerprint: ${keys.Nina}\nInstalled Files Verified: sha256:[0-9a-f]{64}\n$`),
    ),
    status: 0,
  });
  writeFileSync(box.at('plugins/available/greet/bare/default'), '#!/bin/sh\necho bye\n');
  expect((await tool('plugin:verify', 'greet')).stderr).toContain('and 1 of its files are not as they were installed');
});

test('a program packs, signs and verifies as the commands do', async () => {
  const api = (await import(join(PACKAGE, 'dist/api/index.js'))) as typeof import('../../src/api/index.ts');
  const file = await api.createPluginTarball(at('helms'), at('api'));
  expect(await api.extractPluginMetadata(file)).toMatchObject({ name: 'greet', version: '1.2.3', type: 'cli/v1' });
  const prov = await api.signPlugin(file, { keyring: readFileSync(at('secret.gpg')), key: 'rosa' });
  const verified = await api.verifyPlugin(readFileSync(file), prov, 'greet-1.2.3.tgz', readFileSync(at('public.gpg')));
  expect(verified).toMatchObject({ signedBy: ['Rosa <rosa@example.org>'], fingerprint: keys.Rosa, fileName: 'greet-1.2.3.tgz' });
  await expect(api.verifyPlugin(Buffer.from('x'), prov, 'greet-1.2.3.tgz', readFileSync(at('public.gpg')))).rejects.toThrow(
    'sha256 sum does not match for greet-1.2.3.tgz',
  );

  box.file('data/greet/plugin.yaml', YAML).file('data/greet/greet.sh', '#!/bin/sh\n');
  const status = async (): Promise<string> => (await api.pluginSigningInfo(api.findPlugin([at('data')], { name: 'greet' }))).status;
  expect(await status()).toBe('unsigned');
  box.file('data/greet-1.2.3.tgz', readFileSync(file)).file('data/greet-1.2.3.tgz.prov', 'no clearsigned text');
  expect(await status()).toBe('invalid provenance');
  box.file('data/greet-1.2.3.tgz.prov', prov);
  expect(await status()).toBe('signed');
  box.file('data/greet-1.2.3.tgz', 'another');
  expect(await status()).toBe('mismatched provenance');
  box.file('linked/.keep', '');
  symlinkSync(at('data/greet'), at('linked/greet'));
  expect((await api.pluginSigningInfo(api.findPlugin([at('linked')], { name: 'greet' }))).status).toBe('local dev');
});
