import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { readSmallFile, SETTINGS_BYTES } from '../system/small-file.ts';

/**
 * The Dokku version whose behaviour a home answers with (contract dokku §1.5): STABLE_VERSION, else VERSION.
 * @throws UserError when neither can be read
 */
export function dokkuVersion(home: string): string {
  for (const name of ['STABLE_VERSION', 'VERSION']) {
    try {
      return readSmallFile(join(home, name), SETTINGS_BYTES).trim();
    } catch {
      // The next name may be there.
    }
  }
  throw new UserError('package-damaged', "Unable to determine dokku's version");
}
