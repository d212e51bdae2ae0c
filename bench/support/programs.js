import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/**
 * The absolute path of a program on PATH.
 * @param {string} name
 * @param {string} remedy what to say when it is not there
 */
export function programOnPath(name, remedy) {
  for (const folder of (process.env.PATH ?? '').split(':').filter(Boolean)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`needs ${name}: ${remedy}`);
}
