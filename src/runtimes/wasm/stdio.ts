import { constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import { errnoOf } from '../../errors.ts';

/** How much is read at once, whatever the guest has room for. */
const READ_BYTES = 64 << 10;
const WAIT_MS = 2;
const clock = new Int32Array(new SharedArrayBuffer(4));

/** Waits where V8's watchdog can end the wait. @param milliseconds at most */
export const waitAWhile = (milliseconds: number): void => void Atomics.wait(clock, 0, 0, milliseconds);

/**
 * A descriptor that does not block: a guest that waits in a system call could not be ended in time. A pipe or a terminal is opened anew, so that whoever shares it is not concerned;
 * a socket cannot be, and is changed until this process ends, when Node puts it back. A pipe of another user's stays as it is, and may block.
 */
function withoutBlocking(descriptor: 0 | 1 | 2, mode: number): number {
  try {
    const stat = fstatSync(descriptor);
    // libuv sets O_NONBLOCK on what it is given; nothing is read by it while the guest runs.
    if (stat.isSocket()) new (process.getBuiltinModule('node:net').Socket)({ fd: descriptor, readable: descriptor === 0, writable: descriptor !== 0 });
    if (!stat.isFIFO() && !stat.isCharacterDevice()) return descriptor;
    return openSync(`/dev/fd/${descriptor}`, mode | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return descriptor;
  }
}

const isCharacterDevice = (descriptor: number): boolean => descriptor >= 0 && fstatSync(descriptor).isCharacterDevice();

/** Runs a system call until it does not say that it would block. */
function unblocked(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
      waitAWhile(WAIT_MS);
    }
  }
}

/** The errno of WASI for an error of the system's. */
export function wasiErrno(error: unknown): number {
  const code = errnoOf(error);
  return code === 'EPIPE' ? wasi.ERRNO_PIPE : code === 'ENOSPC' ? wasi.ERRNO_NOSPC : code === 'EISDIR' ? wasi.ERRNO_ISDIR : wasi.ERRNO_IO;
}

/** A stream, as a guest is told of it: it cannot be sought in. */
abstract class Stream extends Fd {
  readonly #isTerminal: boolean;
  readonly #rights: number;

  constructor(descriptor: number, rights: number) {
    super();
    this.#isTerminal = isCharacterDevice(descriptor);
    this.#rights = rights;
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    // What is no character device is buffered, as it is outside.
    const fdstat = new wasi.Fdstat(this.#isTerminal ? wasi.FILETYPE_CHARACTER_DEVICE : wasi.FILETYPE_UNKNOWN, 0);
    fdstat.fs_rights_base = BigInt(this.#rights);
    return { ret: 0, fdstat };
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: 0, filestat: new wasi.Filestat(0n, this.#isTerminal ? wasi.FILETYPE_CHARACTER_DEVICE : wasi.FILETYPE_UNKNOWN, 0n) };
  }
}

/** Standard input; one that gives nothing where there is no descriptor. */
export class Input extends Stream {
  readonly #descriptor: number | undefined;
  readonly #buffer = new Uint8Array(READ_BYTES);

  constructor(descriptor: 0 | undefined) {
    super(descriptor ?? -1, wasi.RIGHTS_FD_READ);
    this.#descriptor = descriptor === undefined ? undefined : withoutBlocking(descriptor, constants.O_RDONLY);
  }

  override fd_read(size: number): { ret: number; data: Uint8Array } {
    const descriptor = this.#descriptor;
    if (descriptor === undefined || size === 0) return { ret: 0, data: new Uint8Array() };
    try {
      const length = unblocked(() => readSync(descriptor, this.#buffer, 0, Math.min(size, READ_BYTES), null));
      return { ret: 0, data: this.#buffer.subarray(0, length) };
    } catch (error) {
      return { ret: wasiErrno(error), data: new Uint8Array() };
    }
  }
}

/** Standard output or error, whose bytes are counted. */
export class Output extends Stream {
  readonly #descriptor: number | undefined;
  readonly #count: (bytes: number) => void;

  /** @param descriptor undefined for what goes nowhere @param count throws for too many */
  constructor(descriptor: 1 | 2 | undefined, count: (bytes: number) => void) {
    super(descriptor ?? -1, wasi.RIGHTS_FD_WRITE);
    this.#descriptor = descriptor === undefined ? undefined : withoutBlocking(descriptor, constants.O_WRONLY);
    this.#count = count;
  }

  override fd_write(data: Uint8Array): { ret: number; nwritten: number } {
    this.#count(data.length);
    try {
      this.writeAll(data);
      return { ret: 0, nwritten: data.length };
    } catch (error) {
      return { ret: wasiErrno(error), nwritten: 0 };
    }
  }

  /** Writes what is not the guest's own, and not counted. @throws Error of the system's */
  writeAll(data: Uint8Array): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    for (let at = 0; at < data.length; ) at += unblocked(() => writeSync(descriptor, data, at));
  }
}

/** All that standard input holds, up to its end. @throws Error of the system's */
export function readWhole(maxBytes: number): Buffer | undefined {
  const input = new Input(0);
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { ret, data } = input.fd_read(READ_BYTES);
    if (ret !== 0) throw new Error('standard input cannot be read');
    if (data.length === 0) return Buffer.concat(parts);
    length += data.length;
    if (length > maxBytes) return undefined;
    parts.push(Buffer.from(data));
  }
}
