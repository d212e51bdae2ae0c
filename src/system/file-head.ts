import { closeSync, constants, openSync, readSync } from 'node:fs';

/** The first bytes of a file, fewer where it has no more; a FIFO is not waited for. @throws the system's error */
export function headOf(file: string, bytes: number): Buffer {
  const head = Buffer.alloc(bytes);
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return head.subarray(0, readSync(fd, head, 0, bytes, 0));
  } finally {
    closeSync(fd);
  }
}
