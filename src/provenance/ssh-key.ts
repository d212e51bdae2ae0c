import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { SshReader } from './ssh-reader.ts';

/** An SSH public key that signatures can be checked with. */
export interface SshKey {
  /** `ssh:SHA256:…`, as ssh-keygen prints it. */
  readonly key: string;
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`. */
  readonly type: string;
  readonly blob: Buffer;
  readonly publicKey: KeyObject;
}

/** The curves by the names that SSH has for them. */
const CURVES: Readonly<Record<string, { readonly crv: string; readonly bytes: number }>> = {
  nistp256: { crv: 'P-256', bytes: 32 },
  nistp384: { crv: 'P-384', bytes: 48 },
  nistp521: { crv: 'P-521', bytes: 66 },
};
const LEAST_RSA_BITS = 2048;

/** `SHA256:…` of a key, as ssh-keygen prints it. */
export const sshFingerprint = (blob: Buffer): string => `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;

/**
 * Reads the blob of a public key (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4).
 * @throws Error in words that stand behind the key for what is none, or of a type that is not taken
 */
export function readSshKey(blob: Buffer): SshKey {
  const reader = new SshReader(blob);
  const type = reader.text();
  const publicKey = createPublicKey({ key: jwkOf(type, reader), format: 'jwk' });
  if (!reader.isAtEnd) throw new Error('has more behind its end');
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < LEAST_RSA_BITS) throw new Error(`has ${bits} bits, and ${LEAST_RSA_BITS} are the least`);
  return { key: `ssh:${sshFingerprint(blob)}`, type, blob, publicKey };
}

function jwkOf(type: string, reader: SshReader) {
  const base64 = (bytes: Buffer): string => bytes.toString('base64url');
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: base64(reader.bytes()) };
  if (type === 'ssh-rsa') {
    const [e, n] = [reader.bytes(), reader.bytes()];
    return { kty: 'RSA', e: base64(e), n: base64(n[0] === 0 ? n.subarray(1) : n) };
  }
  const curve = CURVES[/^ecdsa-sha2-(nistp\d+)$/.exec(type)?.[1] ?? ''];
  if (curve === undefined) throw new Error(`is of the type ${JSON.stringify(type)}, of which signatures cannot be checked`);
  reader.text();
  const point = reader.bytes();
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes) throw new Error('is damaged');
  return { kty: 'EC', crv: curve.crv, x: base64(point.subarray(1, 1 + curve.bytes)), y: base64(point.subarray(1 + curve.bytes)) };
}
