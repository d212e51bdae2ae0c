import { closeSync, openSync, readSync } from 'node:fs';

/** The first bytes of a file, fewer where it has no more. @throws the system's error */
export function headOf(file: string, bytes: number): Buffer {
  const head = Buffer.alloc(bytes);
  const fd = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(fd, head, 0, bytes, 0));
  } finally {
    closeSync(fd);
  }
}
