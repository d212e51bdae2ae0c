import { UserError } from '../../errors.ts';
import { readSmallBytes, whyUnread } from '../../system/small-file.ts';

/** A secret keyring has a few keys; GnuPG's of public ones may have thousands. */
export const KEYRING_BYTES = 64 << 20;

/** The content of a file that a flag names. @param limit in bytes @throws UserError naming the flag and the file */
export function flagFile(flag: string, file: string, limit: number): Buffer {
  try {
    return readSmallBytes(file, limit);
  } catch (error) {
    throw new UserError('unreadable-file', `${flag} ${file} ${whyUnread(error)}`, { hint: 'check the path and its permissions', cause: error });
  }
}
