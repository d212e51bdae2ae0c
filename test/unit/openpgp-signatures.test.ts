import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readKeyring } from '../../src/provenance/openpgp.ts';
import { openpgpKeyState } from '../../src/provenance/openpgp-keys.ts';
import { verifyOpenpgp } from '../../src/provenance/openpgp-verify.ts';
import { verifyProvenance } from '../../src/provenance/provenance-file.ts';
import { readKeys } from '../../src/provenance/read-keys.ts';
import { GpgHome } from '../support/signers.ts';

const SUM = 'a'.repeat(64);
const STATED = { 'greet-1.0.0.tgz': `sha256:${SUM}` };
/** A time at which the key that has expired by now was good. */
const THEN = ['--faked-system-time', '20250101T000000'];

let folder: string;
let gpg: GpgHome;
let alice: string;
let mustNotSign: string;
const key = (user: string): Uint8Array => new Uint8Array(gpg.export(user));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-gpg-'));
  gpg = new GpgHome(folder);
  alice = gpg.makeKey('Alice <alice@example.org>');
  gpg.makeKey('rsa@example.org', 'rsa2048');
  gpg.makeKey('nist@example.org', 'nistp256');
  const split = gpg.makeKey('split@example.org', 'ed25519', 'cert');
  gpg.gpg(['--quick-add-key', split, 'ed25519', 'sign']);
  gpg.makeKey('old@example.org', 'ed25519', 'sign', '1d', THEN);
  gpg.makeKey('bob@example.org');
  gpg.makeKey('nosign@example.org');
  mustNotSign = gpg.prov('nosign@example.org', STATED);
  gpg.gpg(['--command-fd', '0', '--status-fd', '1', '--edit-key', 'nosign@example.org'], 'change-usage\nS\nQ\nsave\n');
});
afterAll(() => {
  gpg.stop();
  rmSync(folder, { recursive: true, force: true });
});

const verify = (prov: string, keys: readonly Uint8Array[], more = {}) => verifyProvenance({ prov, fileName: 'greet-1.0.0.tgz', sha256: SUM, keys, ...more });

describe('provenance', () => {
  test.each(['Alice', 'rsa@example.org', 'nist@example.org', 'split@example.org'])('what gpg clearsigned by %s verifies', async (user) => {
    const keys = [key('bob@example.org'), key(user)];
    expect(await verify(gpg.prov(user, STATED), keys)).toMatchObject({ state: 'signed', of: 'archive', signer: { names: [expect.stringContaining(user)] } });
    const old = gpg.prov(user, STATED, ['--digest-algo', 'SHA256']).replace(/\n\n(-----BEGIN PGP SIGNATURE)/, '\n$1');
    expect(await verify(old, keys)).toMatchObject({ state: 'signed' });
  });

  test('a signer is the primary key, with its names', async () => {
    expect(await verify(gpg.prov('Alice', STATED), [key('Alice')])).toEqual({
      state: 'signed',
      of: 'archive',
      signer: { key: `openpgp:${alice}`, names: ['Alice <alice@example.org>'] },
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('a key that is not trusted is told by its id', async () => {
    const unknown = { state: 'unknown signer', of: 'archive', key: `openpgp:${alice.slice(-16)}` };
    expect(await verify(gpg.prov('Alice', STATED), [key('bob@example.org')])).toEqual(unknown);
    expect(await verify(gpg.prov('Alice', STATED), [])).toEqual(unknown);
  });

  const BAD: readonly (readonly [what: string, prov: () => string, why: string, more?: object])[] = [
    ['edited', () => gpg.prov('Alice', STATED).replace('Version: 1.0.0', 'Version: 1.0.1'), 'openpgp: invalid signature: the signed digest does not match'],
    [
      'of another file',
      () => gpg.prov('Alice', { 'other-1.0.0.tgz': `sha256:${SUM}` }),
      'provenance does not contain a SHA for a file named "greet-1.0.0.tgz"',
    ],
    [
      'of other bytes',
      () => gpg.prov('Alice', STATED),
      `sha256 sum does not match for greet-1.0.0.tgz: "sha256:${SUM}" != "sha256:${'b'.repeat(64)}"`,
      { sha256: 'b'.repeat(64) },
    ],
    [
      'with two hashes',
      () => gpg.clearsign('Alice', `x: y\n\n...\nfiles:\n  greet-1.0.0.tgz: sha256:${SUM}\n  greet-1.0.0.tgz: sha256:${'b'.repeat(64)}\n`),
      'the list of files cannot be read: duplicated mapping key',
    ],
    [
      'with two lists',
      () => gpg.clearsign('Alice', `x: y\n\n...\nfiles: {}\n\n...\nfiles:\n  greet-1.0.0.tgz: sha256:${SUM}\n`),
      'message block has several lists of files',
    ],
    ['with no list', () => gpg.clearsign('Alice', 'x: y\n'), 'message block must have at least two parts'],
    [
      'with a weaker hash',
      () => gpg.prov('Alice', { 'greet-1.0.0.tgz': `md5:${'a'.repeat(32)}` }),
      `sha256 sum does not match for greet-1.0.0.tgz: "md5:${'a'.repeat(32)}" != "sha256:${SUM}"`,
    ],
    [
      'over a weak hash',
      () => gpg.prov('rsa@example.org', STATED, ['--digest-algo', 'SHA1', '--allow-weak-digest-algos']).replace('Hash: SHA512', 'Hash: SHA1'),
      'openpgp: the hash that was signed is too weak',
    ],
    ['by a key that must not sign', () => mustNotSign, 'openpgp: the key must not be used to sign'],
    ['cut', () => gpg.prov('Alice', STATED).slice(0, -120), 'openpgp: the signature is cut off, or damaged'],
    ['no clearsigned text', () => 'files: {}\n', 'signature block not found'],
    ['by a key that has expired', () => gpg.prov('old@example.org', STATED, THEN), 'openpgp: key expired'],
  ];

  test.each(BAD.map(([what], index) => [what, index] as const))('%s is bad', async (_, index) => {
    const [, prov, why, more] = BAD[index] ?? [];
    if (prov === undefined) throw new Error('no such case');
    const found = await verify(prov(), ['Alice', 'rsa@example.org', 'old@example.org', 'nosign@example.org'].map(key), more);
    expect(found).toMatchObject({ state: 'bad', of: 'archive' });
    expect((found as { why: string }).why).toContain(why);
  });
});

describe('keyrings', () => {
  test('packets, armor, several blocks, and a keybox', async () => {
    const packets = gpg.gpg(['--export']);
    const both = Buffer.concat([gpg.export('Alice'), Buffer.from('text between\n'), gpg.export('bob@example.org')]);
    const prints = async (bytes: Buffer) => (await readKeyring(bytes)).map((one) => one.getFingerprint()).sort();
    expect(await prints(packets)).toHaveLength(7);
    expect(await prints(readFileSync(join(folder, 'pubring.kbx')))).toEqual(await prints(packets));
    expect(await prints(both)).toHaveLength(2);
    expect(await prints(Buffer.alloc(0))).toEqual([]);
    await expect(readKeyring(Buffer.from('-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxx\n-----END PGP PUBLIC KEY BLOCK-----\n'))).rejects.toThrow('holds no key');
  });

  test('of a secret key the public part is kept, and its state is told', async () => {
    const secret = gpg.gpg(['--export-secret-keys', '--armor', 'Alice']);
    const { keys, notes } = await readKeys(secret, 'the file');
    expect(notes).toEqual(['the file holds a secret key; only its public part is kept']);
    expect(keys).toEqual([{ kind: 'openpgp', key: `openpgp:${alice}`, names: ['Alice <alice@example.org>'], text: expect.not.stringContaining('PRIVATE') }]);
    expect(await openpgpKeyState(gpg.export('Alice'))).toMatchObject({ state: 'good' });
    expect(await openpgpKeyState(gpg.export('old@example.org'))).toMatchObject({ state: 'expired' });
  });
});

test('a detached signature, armored or not; a key that may not sign; a key that was revoked since', async () => {
  const [armored, packets] = [gpg.detached('Alice', 'bytes'), gpg.detached('Alice', 'bytes', [])];
  const of = async (signature: Buffer, text = 'bytes') => verifyOpenpgp(signature, Buffer.from(text), 'index', [key('Alice')]);
  for (const signature of [armored, packets]) {
    expect(await of(signature)).toMatchObject({ state: 'signed', of: 'index' });
    expect(await of(signature, 'other')).toMatchObject({ state: 'bad', why: 'openpgp: invalid signature: the signed digest does not match' });
  }
  const before = gpg.prov('bob@example.org', STATED);
  const id =
    gpg
      .gpg(['--list-keys', '--with-colons', 'bob@example.org'])
      .toString()
      .match(/^fpr:+([0-9A-F]+):/m)?.[1] ?? '';
  const revocation = readFileSync(join(folder, 'openpgp-revocs.d', `${id}.rev`), 'utf8').replace(':-----BEGIN', '-----BEGIN');
  gpg.gpg(['--import'], revocation);
  expect(await verify(before, [key('bob@example.org')])).toEqual({ state: 'bad', of: 'archive', why: 'openpgp: signature made by revoked key' });
  expect(await openpgpKeyState(gpg.export('bob@example.org'))).toMatchObject({ state: 'revoked' });
});
