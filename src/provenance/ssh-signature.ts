import { createHash, type KeyObject, verify } from 'node:crypto';
import { readSshKey, type SshKey, sshFingerprint } from './ssh-key.ts';
import { SshReader, sshString } from './ssh-reader.ts';

const ARMOR = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\r?\n*$/;
const MAGIC = 'SSHSIG';

/** Whose signature it is. */
export interface SshSignature {
  /** `ssh:SHA256:…` of the key that made it. */
  readonly key: string;
  /** Why it is bad; undefined where it verifies, or where `isKnown` is false, when nobody can say. */
  readonly why?: string;
  readonly isKnown: boolean;
}

/**
 * Checks a signature that `ssh-keygen -Y sign` made (PROTOCOL.sshsig of OpenSSH), with no other program.
 * @param message what is said to be signed
 * @param namespace what it must have been signed for: `file`, `git`
 * @param keys those that are trusted
 * @throws Error in words that stand behind the signature for what is none
 */
export function verifySsh(armored: string, message: Buffer, namespace: string, keys: readonly SshKey[]): SshSignature {
  const signature = readSignature(armored);
  const key = `ssh:${sshFingerprint(signature.publicKey)}`;
  const known = keys.find(({ blob }) => blob.equals(signature.publicKey));
  if (!known) return { key, isKnown: false };
  return { key, isKnown: true, ...whyBad(signature, message, namespace, known) };
}

type ReadSignature = ReturnType<typeof readSignature>;

function readSignature(armored: string) {
  const [, base64] = ARMOR.exec(armored) ?? [];
  if (base64 === undefined) throw new Error('is no SSH signature');
  const reader = new SshReader(Buffer.from(base64, 'base64'));
  if (reader.raw(MAGIC.length).toString('latin1') !== MAGIC || reader.number() !== 1) throw new Error('is no SSH signature of version 1');
  const [publicKey, namespace, reserved, hashName, signature] = [reader.bytes(), reader.text(), reader.bytes(), reader.text(), reader.bytes()];
  if (!reader.isAtEnd) throw new Error('has more behind its end');
  // Read for what it is, whoever trusts it.
  const inner = new SshReader(signature);
  return { publicKey, namespace, reserved, hashName, format: inner.text(), blob: inner.bytes() };
}

function whyBad({ namespace, reserved, hashName, format, blob }: ReadSignature, message: Buffer, expected: string, key: SshKey): { readonly why?: string } {
  if (namespace !== expected) return { why: `it was made for ${JSON.stringify(namespace)}, not for "${expected}"` };
  if (hashName !== 'sha256' && hashName !== 'sha512') return { why: `it is over a hash ${JSON.stringify(hashName)}` };
  const hash = createHash(hashName).update(message).digest();
  const signed = Buffer.concat([Buffer.from(MAGIC), sshString(namespace), sshString(reserved), sshString(hashName), sshString(hash)]);
  return isGood(signed, format, blob, key) ? {} : { why: 'the signature does not verify' };
}

/** The hash that each form of signature is over, by the type of the key that can make it; of Ed25519 none is named. */
const FORMS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  'ssh-ed25519': { 'ssh-ed25519': null },
  'ssh-rsa': { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' },
  'ecdsa-sha2-nistp256': { 'ecdsa-sha2-nistp256': 'sha256' },
  'ecdsa-sha2-nistp384': { 'ecdsa-sha2-nistp384': 'sha384' },
  'ecdsa-sha2-nistp521': { 'ecdsa-sha2-nistp521': 'sha512' },
};

function isGood(signed: Buffer, format: string, blob: Buffer, { type, publicKey }: SshKey): boolean {
  const hash = FORMS[type]?.[format];
  if (hash === undefined) return false;
  try {
    return type.startsWith('ecdsa-')
      ? verify(hash, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, pointsOf(blob, publicKey))
      : verify(hash, signed, publicKey, blob);
  } catch {
    return false;
  }
}

/** The two numbers of a signature by a curve, at their full length each. */
function pointsOf(blob: Buffer, { asymmetricKeyDetails }: KeyObject): Buffer {
  const bytes = { prime256v1: 32, secp384r1: 48, secp521r1: 66 }[asymmetricKeyDetails?.namedCurve ?? ''] ?? 0;
  const reader = new SshReader(blob);
  return Buffer.concat(
    [reader.bytes(), reader.bytes()].map((number) =>
      Buffer.from(
        number
          .toString('hex')
          .padStart(2 * bytes, '0')
          .slice(-2 * bytes),
        'hex',
      ),
    ),
  );
}

/** Reads the one key of a line as SSH has them: `ssh-ed25519 AAAA… comment`. @throws Error in words that stand behind the line */
export function readSshLine(line: string): { readonly key: SshKey; readonly comment: string } {
  const [, base64 = '', comment = ''] = /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+\s+([A-Za-z0-9+/=]+)(?:\s+(.*))?$/.exec(line.trim()) ?? [];
  if (base64 === '') throw new Error('is no SSH public key');
  return { key: readSshKey(Buffer.from(base64, 'base64')), comment };
}
