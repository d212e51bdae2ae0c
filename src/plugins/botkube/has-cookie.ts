import { closeSync, openSync, readSync } from 'node:fs';
import { COOKIE } from './cookie.ts';

const CHUNK_BYTES = 1 << 20;

/** Whether a file has Botkube's cookie in it somewhere, as a program that compares it does. */
export function hasCookie(file: string): boolean {
  const cookie = Buffer.from(COOKIE.value);
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const fd = openSync(file, 'r');
  try {
    for (let kept = 0; ; ) {
      const read = readSync(fd, chunk, kept, chunk.length - kept, null);
      if (read === 0) return false;
      const filled = kept + read;
      if (chunk.subarray(0, filled).includes(cookie)) return true;
      // What it ends with may be the beginning of the cookie.
      kept = Math.min(cookie.length - 1, filled);
      chunk.copyWithin(0, filled - kept, filled);
    }
  } finally {
    closeSync(fd);
  }
}
