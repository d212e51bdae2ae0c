import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { errnoOf, isUserError, UserError } from '../errors.ts';
import { withMutex } from '../home/mutex.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import { realFile, statOrNothing } from '../system/links.ts';
import { readSmallBytes, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';
import { setInToml } from './edit-toml.ts';
import { writeAllConfigExports } from './exports.ts';

/**
 * Sets a key of a plugin in config.toml to a string, and makes the exports beside it anew (contract dokku §2.3).
 * It has a lock of its own, so that the hook of a plugin that is being installed can configure it.
 * @param warn told once when another holds that lock
 * @returns a line for every file that could not be understood
 * @throws UserError REFUSED when config.toml cannot be read, understood or written
 */
export function setConfig(
  pluginPath: string,
  [plugin, key, value]: readonly [string, string, string],
  warn: (line: string) => void,
): Promise<readonly string[]> {
  const waiting = () => warn('Another change to config.toml is under way; waiting for it');
  return withMutex(join(pluginPath, 'store/.config.lock'), waiting, async () => {
    const file = realFile(join(pluginPath, 'config.toml'));
    const before = readConfig(file);
    const after = setInToml(before, file, plugin, key, value);
    if (after !== before) explainDiskErrors('write the configuration', file, () => writeDurably(file, after, statOrNothing(file)));
    // All of them are older than config.toml now.
    return writeAllConfigExports(pluginPath);
  });
}

function readConfig(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readSmallBytes(file, SETTINGS_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw new UserError('REFUSED', `${file} ${whyUnread(error)}`, {
      hint: isUserError(error) ? 'mend it, or remove it' : 'run this as the user that owns it',
      cause: error,
    });
  }
  if (!isUtf8(bytes)) throw new UserError('REFUSED', `${file} is not UTF-8, which TOML is`, { hint: 'save it as UTF-8' });
  return bytes.toString();
}
