import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { UserError } from '../errors.ts';

/**
 * Reads a file that somebody else made: nothing but a file, without waiting for a writer, and not without end.
 * @param limit in bytes
 * @throws UserError REFUSED, worded to stand behind the file's name; Node's error when it cannot be opened
 */
export function readSmallFile(file: string, limit: number): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new UserError('REFUSED', 'is no file');
    if (stat.size > limit) throw new UserError('REFUSED', `is larger than ${limit} bytes`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
