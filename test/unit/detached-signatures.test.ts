import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readMinisignKey, verifyMinisign } from '../../src/provenance/minisign.ts';
import { readKeys } from '../../src/provenance/read-keys.ts';
import { readSshLine, verifySsh } from '../../src/provenance/ssh-signature.ts';
import { SshSigner } from '../support/signers.ts';

const folder = mkdtempSync(join(tmpdir(), 'tool-test-signatures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MESSAGE = Buffer.from('entries: []\n');

/** Somebody with a key of SSH, and that key as it is read. */
function sshSigner(name: string, ...type: string[]) {
  const signer = new SshSigner(folder, name, ...type);
  return { signed: (namespace: string) => signer.sign(MESSAGE, namespace), line: signer.publicKey, shown: signer.key, key: readSshLine(signer.publicKey).key };
}

describe('SSH', () => {
  const ed = sshSigner('ed', '-t', 'ed25519');

  test.each([
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['ecdsa256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa521', ['-t', 'ecdsa', '-b', '521']],
  ])('what ssh-keygen signed with %s verifies, and nothing else', (name, type) => {
    const { key, signed, shown } = sshSigner(`all-${name}`, ...type);
    const armored = signed('file');
    expect(verifySsh(armored, MESSAGE, 'file', [ed.key, key])).toEqual({ key: shown, isKnown: true });
    expect(verifySsh(armored, Buffer.from('other'), 'file', [key])).toEqual({ key: shown, isKnown: true, why: 'the signature does not verify' });
    expect(verifySsh(armored, MESSAGE, 'file', [ed.key])).toEqual({ key: shown, isKnown: false });
  });

  test('a signature for something else, or that is cut, is none', () => {
    const armored = ed.signed('git');
    expect(verifySsh(armored, MESSAGE, 'file', [ed.key])).toMatchObject({ why: 'it was made for "git", not for "file"' });
    const lines = armored.split('\n');
    for (const cut of [1, 2, 3]) expect(() => verifySsh([...lines.slice(0, cut), ...lines.slice(cut + 1)].join('\n'), MESSAGE, 'git', [ed.key])).toThrow();
    expect(() => verifySsh('', MESSAGE, 'git', [ed.key])).toThrow('is no SSH signature');
  });
});

describe('minisign', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const id = Buffer.from('0102030405060708', 'hex');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const line = Buffer.concat([Buffer.from('Ed'), id, raw]).toString('base64');

  /** A signature as minisign writes it. @param isHashed as it does by default */
  function minisig(isHashed: boolean, comment = 'timestamp:1'): string {
    const signature = sign(null, isHashed ? createHash('blake2b512').update(MESSAGE).digest() : MESSAGE, privateKey);
    const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), privateKey);
    const first = Buffer.concat([Buffer.from(isHashed ? 'ED' : 'Ed'), id, signature]);
    return `untrusted comment: x\n${first.toString('base64')}\ntrusted comment: ${comment}\n${global.toString('base64')}\n`;
  }

  test('both forms verify, with the trusted comment', () => {
    const key = readMinisignKey(`untrusted comment: minisign public key\n${line}\n`);
    expect(key.key).toBe('minisign:0807060504030201');
    for (const isHashed of [true, false]) {
      const text = minisig(isHashed);
      expect(verifyMinisign(text, MESSAGE, [key])).toEqual({ key: key.key, isKnown: true, at: '1970-01-01T00:00:01.000Z' });
      expect(verifyMinisign(text, Buffer.from('x'), [key])).toMatchObject({ why: 'the signature does not verify' });
      expect(verifyMinisign(text.replace('timestamp:1', 'timestamp:2'), MESSAGE, [key])).toMatchObject({ why: 'the signature does not verify' });
      expect(verifyMinisign(text, MESSAGE, [])).toEqual({ key: key.key, isKnown: false });
    }
    expect(() => verifyMinisign(minisig(true).split('\n').slice(0, 2).join('\n'), MESSAGE, [key])).toThrow('is no signature of minisign');
  });

  test('a key that minisign made, and its signature', () => {
    // Made by minisign 0.11.
    const key = readMinisignKey('RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3');
    expect(key.key).toBe('minisign:E7620F1842B4E81F');
  });
});

describe('files of keys', () => {
  const { line, shown } = sshSigner('file', '-t', 'ed25519');
  const read = (text: string) => readKeys(Buffer.from(text), 'the file');

  test('a .pub file, and lines of allowed_signers', async () => {
    const [type, base64] = line.split(' ');
    expect(await read(line)).toEqual({ keys: [{ kind: 'ssh', key: shown, names: ['file'], text: line }], notes: [] });
    expect((await read(`# people\nalice@a,bob@b ${type} ${base64} c\n\n${line}`)).keys.map(({ names }) => names)).toEqual([['alice@a,bob@b'], ['file']]);
  });

  test.each([
    ['', 'the file is empty'],
    ['hello\n', 'the file is no SSH public key'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nx\n', 'the file holds a secret key'],
    ['untrusted comment: minisign encrypted secret key\nRWRTY0Iy\n', 'the file holds a secret key'],
    ['untrusted comment: minisign public key\nRWQf6LRCGA9i\n', 'the file is no public key of minisign'],
    [`a@b namespaces="git" ${line}`, 'the file limits its key by namespaces="git", which is not held to here'],
    ['ssh-ed25519 AAAA\n', 'the file is truncated'],
    [
      'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIA== x',
      'the file is of the type "sk-ssh-ed25519@openssh.com", of which signatures cannot be checked',
    ],
  ])('%j is refused', async (text, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'bad-key', message });
  });
});
