import { harmlessLine } from '../system/harmless.ts';
import { type OpenpgpKey, openpgpKeyText, openpgpLibrary, readKeyring } from './openpgp.ts';
import type { Signature, SignedThing } from './signature.ts';

/** User IDs of a key's owner, for people, in order. */
export const namesOfKey = (key: OpenpgpKey): string[] => key.getUserIDs().map(harmlessLine).sort();

/** What a detached signature of OpenPGP, armored or not, says of some bytes. @param keyrings the files of the trusted keys */
export async function verifyOpenpgp(signature: Buffer, message: Buffer, of: SignedThing, keyrings: readonly Uint8Array[]): Promise<Signature> {
  const { createMessage, readSignature, verify } = await openpgpLibrary();
  const keys = await keysIn(keyrings);
  const text = signature.toString('latin1');
  const read = /^\s*-----BEGIN PGP/.test(text)
    ? await readSignature({ armoredSignature: text })
    : await readSignature({ binarySignature: new Uint8Array(signature) });
  const { signatures } = await verify({
    message: await createMessage({ binary: new Uint8Array(message) }),
    signature: read,
    verificationKeys: keys,
    format: 'binary',
  });
  return firstKnown(signatures, keys, of);
}

/**
 * What the signature of a clearsigned text says, and that text.
 * @throws Error in Helm's words for what has no signature: signature block not found
 */
export async function verifyClearsigned(
  clearsigned: string,
  of: SignedThing,
  keyrings: readonly Uint8Array[],
): Promise<{ readonly signature: Signature; readonly text: string }> {
  if (!/^\s*-----BEGIN PGP SIGNED MESSAGE-----\r?\n/.test(clearsigned)) throw new Error('signature block not found');
  const { readCleartextMessage, verify } = await openpgpLibrary();
  const keys = await keysIn(keyrings);
  const message = await readCleartextMessage({ cleartextMessage: clearsigned }).catch((error: unknown) => {
    throw new Error(/^Misformed armored text/.test((error as Error).message) ? 'openpgp: the signature is cut off, or damaged' : (error as Error).message);
  });
  const { signatures } = await verify({ message, verificationKeys: keys });
  return { signature: await firstKnown(signatures, keys, of), text: message.getText() };
}

const keysIn = async (keyrings: readonly Uint8Array[]): Promise<OpenpgpKey[]> => (await Promise.all(keyrings.map(readKeyring))).flat();

/** As much as is needed of what the library makes of one signature. */
interface Verified {
  readonly keyID: { toHex(): string };
  readonly verified: Promise<true>;
  readonly signature: Promise<{ readonly packets: readonly { readonly created: Date | null }[] }>;
}

/** The first signature by a key that is known decides. */
async function firstKnown(signatures: readonly Verified[], keys: readonly OpenpgpKey[], of: SignedThing): Promise<Signature> {
  const [first] = signatures;
  if (!first) return { state: 'bad', why: 'openpgp: there is no signature in it', of };
  const known = signatures.find(({ keyID }) => keyOf(keyID.toHex(), keys) !== undefined);
  // Who asks for one that verifies is told by none of the others.
  for (const { verified } of signatures) verified.catch(() => {});
  if (!known) return { state: 'unknown signer', key: `openpgp:${first.keyID.toHex().toUpperCase()}`, of };
  const key = keyOf(known.keyID.toHex(), keys) as OpenpgpKey;
  const signer = { key: openpgpKeyText(key), names: namesOfKey(key) };
  try {
    await known.verified;
    // It was good when it was made; a key that has expired or was revoked since vouches for nothing any more.
    const [signing] = key.getKeys().filter((one) => one.getKeyID().toHex() === known.keyID.toHex());
    await key.getSigningKey(signing?.getKeyID(), new Date());
    const [packet] = (await known.signature).packets;
    return { state: 'signed', signer, of, ...(packet?.created ? { at: packet.created.toISOString() } : {}) };
  } catch (error) {
    return { state: 'bad', why: wordsOf(error as Error), of };
  }
}

const keyOf = (id: string, keys: readonly OpenpgpKey[]): OpenpgpKey | undefined =>
  keys.find((key) => key.getKeys().some((one) => one.getKeyID().toHex() === id));

/** What the library says, in the words that Helm has for it. */
const WORDS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/revoked/i, 'openpgp: signature made by revoked key'],
  [/signature is expired/i, 'openpgp: signature expired'],
  [/expired/i, 'openpgp: key expired'],
  [/digest did not match/i, 'openpgp: invalid signature: the signed digest does not match'],
  [/insecure message hash/i, 'openpgp: the hash that was signed is too weak'],
  [/find valid (self-)?sign/i, 'openpgp: the key must not be used to sign'],
];

const wordsOf = ({ message }: Error): string => WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? `openpgp: ${harmlessLine(message)}`;
