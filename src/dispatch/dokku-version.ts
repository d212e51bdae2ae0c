import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';

/**
 * The Dokku version whose behaviour a home answers with (contract dokku §1.5): STABLE_VERSION, else VERSION.
 * @throws UserError REFUSED when neither can be read
 */
export function dokkuVersion(home: string): string {
  for (const name of ['STABLE_VERSION', 'VERSION']) {
    try {
      return readFileSync(join(home, name), 'utf8').trim();
    } catch {
      // The next name may be there.
    }
  }
  throw new UserError('REFUSED', "Unable to determine dokku's version");
}
