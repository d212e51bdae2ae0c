import type * as Library from 'openpgp';
import { errnoOf, UserError } from '../errors.ts';

export type OpenPgp = typeof Library;
export type OpenpgpKey = Library.Key;

/**
 * The library of OpenPGP, which is no part of the bundle (decision 027): it stands beside it, under its own licence.
 * @throws UserError where it is not there
 */
export async function openpgpLibrary(): Promise<OpenPgp> {
  try {
    return await import('openpgp');
  } catch (error) {
    if (!['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(errnoOf(error) ?? '')) throw error;
    throw new UserError('package-damaged', 'Signatures of OpenPGP cannot be checked: the package openpgp is not there', {
      hint: 'install tool anew, by npm or make install',
      cause: error,
    });
  }
}

/**
 * Reads keys as GnuPG keeps or prints them: packets, armored, also several blocks, or a keybox. Keys that cannot be read are passed over where one can.
 * @returns none for an empty file
 * @throws Error in words that stand behind the file where none can be read
 */
export async function readKeyring(bytes: Uint8Array): Promise<OpenpgpKey[]> {
  const blocks = blocksOf(Buffer.from(bytes));
  if (blocks.length === 0) return [];
  const { readKeys } = await openpgpLibrary();
  const read = await Promise.all(
    blocks.map(async (block) => {
      try {
        const config = { ignoreMalformedPackets: true };
        return typeof block === 'string' ? await readKeys({ armoredKeys: block, config }) : await readKeys({ binaryKeys: block, config });
      } catch {
        return [];
      }
    }),
  );
  const keys = read.flat();
  if (keys.length === 0) throw new Error('holds no key of OpenPGP that can be read');
  return keys;
}

const ARMORED = /-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----[\s\S]*?-----END PGP \1 KEY BLOCK-----/g;

/** The parts of a keyring that are read each by itself: armored blocks as text, others as bytes. */
function blocksOf(bytes: Buffer): (string | Uint8Array)[] {
  if (bytes.length === 0) return [];
  if (bytes.toString('latin1', 8, 12) === 'KBXf') return keyboxBlocks(bytes);
  const armored = bytes.toString('latin1').match(ARMORED);
  return armored ?? [new Uint8Array(bytes)];
}

const EPHEMERAL = 2;

/** The keys in a keybox of GnuPG's: blobs with their length in front; those of type 2 say where in them a key is. */
function keyboxBlocks(bytes: Buffer): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length < 16 || at + length > bytes.length) break;
    const blob = bytes.subarray(at, at + length);
    if (blob[4] === 2 && (blob.readUInt16BE(6) & EPHEMERAL) === 0) {
      const start = blob.readUInt32BE(8);
      blocks.push(new Uint8Array(blob.subarray(start, start + blob.readUInt32BE(12))));
    }
    at += length;
  }
  return blocks;
}

/** A key as people compare it: the fingerprint of the primary one. */
export const openpgpKeyText = (key: OpenpgpKey): string => `openpgp:${key.getFingerprint().toUpperCase()}`;
