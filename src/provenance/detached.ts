import { type MinisignSignature, verifyMinisign } from './minisign.ts';
import type { Signature, SignedThing } from './signature.ts';
import { verifySsh } from './ssh-signature.ts';
import { signerOf, type TrustedKeys } from './trusted-keys.ts';

/** A signature in a file of its own, or as a header of git's has it. */
export interface Detached {
  /** What it is called, for messages. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a signature is held against. */
export interface SignedBytes {
  readonly of: SignedThing;
  readonly bytes: Buffer;
  /** What an SSH signature must have been made for: `file` where it is one of a file (`ssh-keygen -Y sign -n file`), `git`. */
  readonly namespace: 'file' | 'git';
}

/**
 * What some signatures say of the same bytes: a bad one spoils them all, and one by a trusted key is enough.
 * @returns `unsigned` where there is none
 */
export async function verifyDetached(signatures: readonly Detached[], signed: SignedBytes, keys: TrustedKeys): Promise<Signature> {
  const found = await Promise.all(signatures.map((signature) => verifyOne(signature, signed, keys)));
  return bestOf(found);
}

const ORDER: readonly Signature['state'][] = ['bad', 'signed', 'unknown signer', 'unsigned'];

/** The one of several that decides. */
export function bestOf(found: readonly Signature[]): Signature {
  const state = ORDER.find((one) => found.some((signature) => signature.state === one));
  return found.find((signature) => signature.state === state) ?? { state: 'unsigned' };
}

/** Armored, or packets, the first byte of which has its highest bit set. */
const isOpenpgp = (bytes: Buffer, text: string): boolean => /^\s*-----BEGIN PGP/.test(text) || (bytes[0] ?? 0) >= 0x80;

const named = (signature: Signature, name: string): Signature => (signature.state === 'bad' ? { ...signature, why: `${name}: ${signature.why}` } : signature);

async function verifyOne({ name, bytes }: Detached, { of, bytes: message, namespace }: SignedBytes, keys: TrustedKeys): Promise<Signature> {
  try {
    const text = bytes.toString('latin1');
    if (isOpenpgp(bytes, text)) return named(await (await import('./openpgp-verify.ts')).verifyOpenpgp(bytes, message, of, keys.openpgp), name);
    const { key, isKnown, why, at }: MinisignSignature = text.startsWith('-----BEGIN SSH')
      ? verifySsh(text, message, namespace, keys.ssh)
      : verifyMinisign(bytes.toString(), message, keys.minisign);
    if (!isKnown) return { state: 'unknown signer', key, of };
    return why === undefined
      ? { state: 'signed', signer: signerOf(key, keys), of, ...(at === undefined ? {} : { at }) }
      : { state: 'bad', why: `${name}: ${why}`, of };
  } catch (error) {
    return { state: 'bad', why: `${name} ${(error as Error).message}`, of };
  }
}
