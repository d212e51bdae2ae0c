import { diskCode, errnoOf, UserError } from '../errors.ts';

/** Turns a system error of a change on the disk into one line that names the place. */
export function explainDiskErrors<T>(what: string, place: string, change: () => T): T {
  try {
    return change();
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    const hint =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'run this as the user that owns it'
        : 'fix that and try again; what was there stays, or is brought back by the next command';
    throw new UserError(diskCode(error), `Cannot ${what}: ${place} (${code})`, { hint, cause: error });
  }
}
