import { writeSync } from 'node:fs';
import { errnoOf } from '../errors.ts';

/**
 * Writes all of a text, or of bytes, to a file descriptor before returning: what the launcher reads must be whole or fail.
 * @throws the system's error; EAGAIN on a full pipe is waited out
 */
export function writeAll(fd: number, content: string | Uint8Array): void {
  let rest = Buffer.from(content);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
