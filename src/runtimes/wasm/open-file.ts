import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import type { HostFile } from './host-entries.ts';
import { wasiErrno } from './stdio.ts';

/** How much is read at once, whatever the guest has room for. */
const READ_BYTES = 1 << 20;

/** Opens a file of a guest's. @param oflags @param fdflags of WASI @returns an errno of WASI, and the open file where that is 0 */
export function openFile(file: HostFile, oflags: number, fdflags: number): { ret: number; fd_obj: Fd | null } {
  try {
    const descriptor = openSync(file.path, constants.O_RDWR | constants.O_NOFOLLOW);
    const opened = new OpenFile(file, descriptor, (fdflags & wasi.FDFLAGS_APPEND) !== 0);
    if ((oflags & wasi.OFLAGS_TRUNC) !== 0) opened.fd_filestat_set_size(0n);
    return { ret: 0, fd_obj: opened };
  } catch (error) {
    return { ret: wasiErrno(error), fd_obj: null };
  }
}

class OpenFile extends Fd {
  readonly #file: HostFile;
  readonly #descriptor: number;
  readonly #appends: boolean;
  #position = 0;

  constructor(file: HostFile, descriptor: number, appends: boolean) {
    super();
    this.#file = file;
    this.#descriptor = descriptor;
    this.#appends = appends;
  }

  get #size(): number {
    return fstatSync(this.#descriptor).size;
  }

  override fd_close(): number {
    closeSync(this.#descriptor);
    return 0;
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    return { ret: 0, fdstat: new wasi.Fdstat(wasi.FILETYPE_REGULAR_FILE, this.#appends ? wasi.FDFLAGS_APPEND : 0) };
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: 0, filestat: new wasi.Filestat(this.#file.ino, wasi.FILETYPE_REGULAR_FILE, BigInt(this.#size)) };
  }

  /** A hole takes no room on the disk, and counts all the same. */
  override fd_filestat_set_size(size: bigint): number {
    const [now, wanted] = [this.#size, Number(size)];
    this.#take(wanted - now);
    ftruncateSync(this.#descriptor, wanted);
    return 0;
  }

  override fd_allocate(offset: bigint, length: bigint): number {
    return offset + length > BigInt(this.#size) ? this.fd_filestat_set_size(offset + length) : 0;
  }

  override fd_read(size: number): { ret: number; data: Uint8Array } {
    const { ret, data } = this.fd_pread(size, BigInt(this.#position));
    this.#position += data.length;
    return { ret, data };
  }

  override fd_pread(size: number, offset: bigint): { ret: number; data: Uint8Array } {
    const buffer = Buffer.alloc(Math.min(size, READ_BYTES));
    return { ret: 0, data: buffer.subarray(0, readSync(this.#descriptor, buffer, 0, buffer.length, Number(offset))) };
  }

  override fd_write(data: Uint8Array): { ret: number; nwritten: number } {
    if (this.#appends) this.#position = this.#size;
    const result = this.fd_pwrite(data, BigInt(this.#position));
    this.#position += result.nwritten;
    return result;
  }

  override fd_pwrite(data: Uint8Array, offset: bigint): { ret: number; nwritten: number } {
    const at = Number(offset);
    this.#take(at + data.length - this.#size);
    try {
      return { ret: 0, nwritten: data.length === 0 ? 0 : writeSync(this.#descriptor, data, 0, data.length, at) };
    } catch (error) {
      return { ret: wasiErrno(error), nwritten: 0 };
    }
  }

  override fd_seek(offset: bigint, whence: number): { ret: number; offset: bigint } {
    const from = whence === wasi.WHENCE_SET ? 0 : whence === wasi.WHENCE_CUR ? this.#position : whence === wasi.WHENCE_END ? this.#size : Number.NaN;
    const position = from + Number(offset);
    if (!Number.isSafeInteger(position) || position < 0) return { ret: wasi.ERRNO_INVAL, offset: 0n };
    this.#position = position;
    return { ret: 0, offset: BigInt(position) };
  }

  override fd_tell(): { ret: number; offset: bigint } {
    return { ret: 0, offset: BigInt(this.#position) };
  }

  /** @param grown how much longer the file becomes; nothing is given back, or a file could be written over and over */
  #take(grown: number): void {
    if (!(grown > 0)) return;
    const { room } = this.#file;
    if (grown > room.left) room.refuse();
    room.left -= grown;
  }
}
