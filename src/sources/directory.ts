import { copy } from 'fs-extra/esm';
import { errnoOf, UserError } from '../errors.ts';

/**
 * Copies a plugin directory as it is: modes and links kept, links not followed.
 * @throws UserError REFUSED naming the file that cannot be copied
 */
export async function copyDirectory(source: string, target: string): Promise<void> {
  try {
    await copy(source, target, { preserveTimestamps: true });
  } catch (error) {
    const reason = errnoOf(error) ?? (error instanceof Error ? error.message : String(error));
    throw new UserError('REFUSED', `Cannot copy ${source} (${reason})`, { hint: 'nothing was installed', cause: error });
  }
}
