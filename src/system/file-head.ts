import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from '../errors.ts';

/** What is looked at of most files fits; room that is asked for anew is cleared first, for each of a thousand files. */
const buffer = Buffer.allocUnsafeSlow(64 << 10);

/** The first bytes of a file, fewer where it has no more; a FIFO is not waited for. @throws the system's error */
export function headOf(file: string, bytes: number): Buffer {
  const room = bytes <= buffer.length ? buffer : Buffer.alloc(bytes);
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return Buffer.from(room.subarray(0, readSync(fd, room, 0, bytes, 0)));
  } finally {
    closeSync(fd);
  }
}

/** The first bytes of a program as text; empty for what is no text, or cannot be read: a file may be runnable and unreadable. */
export function textAtHead(file: string, bytes: number): string {
  try {
    const head = headOf(file, bytes);
    return head.includes(0) ? '' : head.toString();
  } catch {
    return '';
  }
}

/**
 * The first bytes of a file that somebody else made, fewer where it has no more: nothing but a file, and without waiting for a writer.
 * @throws UserError worded to stand behind the file's name; Node's error when it cannot be opened
 */
export function headOfFile(file: string, bytes: number): Buffer {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) throw new UserError('not-a-file', 'is not a file');
    const head = Buffer.alloc(bytes);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes; length += got) got = readSync(fd, head, length, bytes - length, length);
    return head.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}
