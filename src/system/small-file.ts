import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { errnoOf, isUserError, UserError } from '../errors.ts';

/** Most files fit, and then one read is all; a list of plugins reads a thousand. */
const buffer = Buffer.allocUnsafe(16 << 10);

/**
 * Reads a file that somebody else made: nothing but a file, without waiting for a writer, and not without end.
 * @param limit in bytes
 * @throws UserError worded to stand behind the file's name; Node's error when it cannot be opened
 */
export const readSmallFile = (file: string, limit: number): string => readSmallBytes(file, limit).toString();

/** As `readSmallFile`, for who must see what is no UTF-8. */
export function readSmallBytes(file: string, limit: number): Buffer {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const length = readSync(fd, buffer, 0, buffer.length, null);
    // What has more, or nothing at all, is looked at.
    if (length > 0 && length < buffer.length) return Buffer.from(buffer.subarray(0, length));
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new UserError('unreadable-file', 'is not a file');
    if (stat.size > limit) throw new UserError('too-large', `is larger than ${limit} bytes`);
    return Buffer.concat([Buffer.from(buffer.subarray(0, length)), readFileSync(fd)]);
  } finally {
    closeSync(fd);
  }
}

/** As `readSmallBytes`; undefined where nothing has that name. */
export function smallBytesIfThere(file: string, limit: number): Buffer | undefined {
  try {
    return readSmallBytes(file, limit);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** What to say behind the name of a file that could not be read. */
export const whyUnread = (error: unknown): string => (isUserError(error) ? error.message : `cannot be read (${errnoOf(error) ?? 'unknown error'})`);

/** Bytes of a file of settings, or of what is noted of one plugin; none comes near. */
export const SETTINGS_BYTES = 1 << 20;
/** Bytes of a file that grows with the plugins, or with the files of one. */
export const LIST_BYTES = 64 << 20;
