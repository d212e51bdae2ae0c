import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** A public key of minisign, or of signify. */
export interface MinisignKey {
  /** `minisign:` and the key id in hex, as minisign prints it. */
  readonly key: string;
  readonly id: Buffer;
  readonly publicKey: KeyObject;
  /** The line that it is. */
  readonly line: string;
}

const UNTRUSTED = 'untrusted comment:';
/** What minisign puts in front of every key and signature: the algorithm, and the key's id. */
const HEAD_BYTES = 10;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The key id as minisign prints it. */
const idText = (id: Buffer): string => `minisign:${Buffer.from(id).reverse().toString('hex').toUpperCase()}`;

/** Reads a public key: its line, with or without the comment in front. @throws Error in words that stand behind the key */
export function readMinisignKey(text: string): MinisignKey {
  const [line = '', ...rest] = text
    .trim()
    .split(/\r?\n/)
    .filter((one) => !one.startsWith(UNTRUSTED));
  const bytes = Buffer.from(line, 'base64');
  if (rest.length > 0 || bytes.length !== HEAD_BYTES + KEY_BYTES || bytes.toString('latin1', 0, 2) !== 'Ed') throw new Error('is no public key of minisign');
  const id = bytes.subarray(2, HEAD_BYTES);
  const x = bytes.subarray(HEAD_BYTES).toString('base64url');
  return { key: idText(id), id, publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), line };
}

/** Whose signature it is, and why it is bad, where that can be told. */
export interface MinisignSignature {
  readonly key: string;
  readonly isKnown: boolean;
  readonly why?: string;
  /** When it was made: ISO 8601, of the trusted comment that minisign writes where nobody gives another. */
  readonly at?: string;
}

/**
 * Checks a signature file of minisign, its trusted comment included (the format at https://jedisct1.github.io/minisign).
 * @throws Error in words that stand behind the signature for what is none
 */
export function verifyMinisign(text: string, message: Buffer, keys: readonly MinisignKey[]): MinisignSignature {
  const [, line = '', comment = '', globalLine = ''] =
    /^untrusted comment:[^\n]*\n([A-Za-z0-9+/=]+)\r?\ntrusted comment: ([^\r\n]*)\r?\n([A-Za-z0-9+/=]+)\r?\n*$/.exec(text) ?? [];
  const bytes = Buffer.from(line, 'base64');
  const algorithm = bytes.toString('latin1', 0, 2);
  if (bytes.length !== HEAD_BYTES + SIGNATURE_BYTES || (algorithm !== 'Ed' && algorithm !== 'ED')) throw new Error('is no signature of minisign');
  const [id, signature] = [bytes.subarray(2, HEAD_BYTES), bytes.subarray(HEAD_BYTES)];
  const known = keys.find((one) => one.id.equals(id));
  if (!known) return { key: idText(id), isKnown: false };
  const signed = algorithm === 'ED' ? createHash('blake2b512').update(message).digest() : message;
  const global = Buffer.concat([signature, Buffer.from(comment)]);
  const isGood = verify(null, signed, known.publicKey, signature) && verify(null, global, known.publicKey, Buffer.from(globalLine, 'base64'));
  if (!isGood) return { key: known.key, isKnown: true, why: 'the signature does not verify' };
  const at = timeIn(comment);
  return { key: known.key, isKnown: true, ...(at === undefined ? {} : { at }) };
}

/** The time in the trusted comment, as minisign writes it: `timestamp:1700000000`. */
function timeIn(comment: string): string | undefined {
  const [, seconds] = /^timestamp:(\d{1,11})(?:\s|$)/.exec(comment) ?? [];
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1000).toISOString();
}
