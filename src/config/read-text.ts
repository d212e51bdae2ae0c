import { isUtf8 } from 'node:buffer';
import { errnoOf, isUserError, UserError } from '../errors.ts';
import { readSmallBytes, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';

/**
 * The text of a TOML file that is to be edited; empty where there is none.
 * @throws UserError when it cannot be read, or is no UTF-8
 */
export function readTomlText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readSmallBytes(file, SETTINGS_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, {
      hint: isUserError(error) ? 'fix it, or remove it' : 'run this as the user that owns it',
      cause: error,
    });
  }
  if (!isUtf8(bytes)) throw new UserError('bad-settings', `${file} is not UTF-8, which TOML is`, { hint: 'save it as UTF-8' });
  return bytes.toString();
}
