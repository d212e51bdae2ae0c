import { basename } from 'node:path';
import { isUserError } from '../errors.ts';
import { addressBeside } from '../http/address-beside.ts';
import { download } from '../http/download.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../system/small-file.ts';
import { SIGNATURE_ENDINGS } from './wanted-signatures.ts';

/**
 * Fetches the signatures beside an index, each into a file beside that one; what is not there, or cannot be had, is left out.
 * @param raw the file that the index came as
 */
export async function fetchSignatures(
  address: string,
  raw: string,
  endings: readonly string[],
  headers: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const ending of endings) {
    const file = `${raw}${ending}`;
    try {
      await download(addressBeside(address, ending), file, { maxBytes: SETTINGS_BYTES, ownHeaders: headers, attempts: 1 }, env);
    } catch (error) {
      if (!isUserError(error)) throw error;
    }
  }
}

/** The signatures that stand beside a file that is an index, by their names; a page for people is none. */
export function signaturesBeside(file: string): { readonly name: string; readonly bytes: Buffer }[] {
  return SIGNATURE_ENDINGS.flatMap((ending) => {
    const bytes = smallBytesIfThere(`${file}${ending}`, SETTINGS_BYTES);
    const isNone = bytes === undefined || bytes.length === 0 || /^\s*</.test(bytes.toString('latin1', 0, 64));
    return isNone ? [] : [{ name: `${basename(file)}${ending}`, bytes }];
  });
}
