import { type Fd, WASI, wasi } from '@bjorn3/browser_wasi_shim';
import type { GuestState } from './guest-state.ts';
import { OpenDirectory } from './open-directory.ts';
import { waitAWhile } from './stdio.ts';

/** At once, of descriptors, of parts of one read or write, and of events that are waited for. */
const DESCRIPTORS = 256;
const VECTORS = 1024;
const EVENTS = 64;
const WAIT_MS = 50;

export interface WasiWorld {
  /** The words of the command line, its own name first, in bytes. */
  readonly args: readonly Uint8Array[];
  /** `NAME=value`. */
  readonly environment: readonly string[];
  readonly descriptors: readonly Fd[];
}

type HostFunction = (...args: never[]) => unknown;

/**
 * The functions of WASI preview 1: those of @bjorn3/browser_wasi_shim, which knows no file system of the host's. Ours are in the place of those that cost the host memory or time
 * without a bound, and of those that lose bytes of arguments.
 */
export function wasiFunctions(state: GuestState, { args, environment, descriptors }: WasiWorld): Record<string, HostFunction> {
  const fds: (Fd | undefined)[] = [...descriptors];
  // What standard options print would go to stdout: it is the guest's.
  const shim = new WASI([], [...environment], fds as Fd[], { debug: false });
  shim.inst = {
    exports: {
      get memory(): WebAssembly.Memory {
        state.bytes();
        return state.memory as WebAssembly.Memory;
      },
    },
  };
  const textAt = (at: number, length: number): string => new TextDecoder().decode(state.bytes().slice(at, at + length));
  /** Calls back with each part of a read or a write: where it is, and its length. @returns an errno */
  const eachVector = (at: number, count: number, part: (address: number, length: number) => number | undefined): number => {
    if (count >>> 0 > VECTORS) return wasi.ERRNO_INVAL;
    for (let index = 0; index < count; index++) {
      const view = state.view();
      const stop = part(view.getUint32(at + index * 8, true), view.getUint32(at + index * 8 + 4, true));
      if (stop !== undefined) return stop;
    }
    return 0;
  };
  const own = {
    args_sizes_get(count: number, size: number): number {
      state.view().setUint32(count, args.length, true);
      state.view().setUint32(
        size,
        args.reduce((sum, arg) => sum + arg.length + 1, 0),
        true,
      );
      return 0;
    },
    args_get(pointers: number, buffer: number): number {
      let at = buffer;
      for (const [index, arg] of args.entries()) {
        state.view().setUint32(pointers + index * 4, at, true);
        state.bytes().set(arg, at);
        state.bytes()[at + arg.length] = 0;
        at += arg.length + 1;
      }
      return 0;
    },
    fd_read(fd: number, vectors: number, count: number, read: number): number {
      const file = fds[fd];
      if (file === undefined) return wasi.ERRNO_BADF;
      let total = 0;
      const errno = eachVector(vectors, count, (address, length) => {
        const { ret, data } = file.fd_read(length);
        if (ret !== 0) return ret;
        state.bytes().set(data, address);
        total += data.length;
        // What there is: whoever wants more asks again.
        return data.length < length ? 0 : undefined;
      });
      state.view().setUint32(read, total, true);
      return errno;
    },
    fd_write(fd: number, vectors: number, count: number, written: number): number {
      const file = fds[fd];
      if (file === undefined) return wasi.ERRNO_BADF;
      let total = 0;
      const errno = eachVector(vectors, count, (address, length) => {
        const bytes = state.bytes();
        if (address + length > bytes.length) throw new RangeError('outside');
        const { ret, nwritten } = file.fd_write(bytes.subarray(address, address + length));
        total += nwritten;
        return ret === 0 ? undefined : ret;
      });
      state.view().setUint32(written, total, true);
      return errno;
    },
    path_open(
      fd: number,
      dirflags: number,
      at: number,
      length: number,
      oflags: number,
      rights: bigint,
      inheriting: bigint,
      fdflags: number,
      opened: number,
    ): number {
      const directory = fds[fd];
      if (directory === undefined) return wasi.ERRNO_BADF;
      const free = fds.indexOf(undefined);
      const slot = free === -1 ? fds.length : free;
      if (slot >= DESCRIPTORS) return wasi.ERRNO_MFILE;
      const { ret, fd_obj: file } = directory.path_open(dirflags, textAt(at, length), oflags, rights, inheriting, fdflags);
      if (file === null) return ret;
      fds[slot] = file;
      state.view().setUint32(opened, slot, true);
      return 0;
    },
    path_rename(fd: number, at: number, length: number, toFd: number, toAt: number, toLength: number): number {
      const [from, to] = [fds[fd], fds[toFd]];
      if (!(from instanceof OpenDirectory) || !(to instanceof OpenDirectory)) return wasi.ERRNO_BADF;
      return from.renameTo(textAt(at, length), to, textAt(toAt, toLength));
    },
    poll_oneoff: (input: number, output: number, count: number, occurred: number): number => poll(state, fds, [input, output, count, occurred]),
    sched_yield: (): number => 0,
    proc_raise: (): number => wasi.ERRNO_NOTSUP,
    sock_accept: (): number => wasi.ERRNO_NOTSUP,
    sock_recv: (): number => wasi.ERRNO_NOTSUP,
    sock_send: (): number => wasi.ERRNO_NOTSUP,
    sock_shutdown: (): number => wasi.ERRNO_NOTSUP,
  };
  // The shim makes a list of the parts first, however many there are.
  const inParts = ['fd_pread', 'fd_pwrite'].map((name): [string, HostFunction] => {
    const whole = (shim.wasiImport as Record<string, (...args: unknown[]) => number>)[name];
    return [
      name,
      (fd: number, at: number, count: number, ...rest: unknown[]) =>
        count >>> 0 > VECTORS ? wasi.ERRNO_INVAL : (whole?.(fd, at, count, ...rest) ?? wasi.ERRNO_NOSYS),
    ];
  });
  return state.guarded({ ...(shim.wasiImport as Record<string, HostFunction>), ...own, ...Object.fromEntries(inParts) } as Record<string, HostFunction>);
}

/** Of one subscription and of one event, in bytes. */
const [SUBSCRIPTION, EVENT] = [48, 32];

/** Waits for events: streams are ready at once, as a read of one waits by itself; a clock is waited for where V8 can end it. */
function poll(state: GuestState, fds: readonly (Fd | undefined)[], [input, output, count, occurred]: [number, number, number, number]): number {
  if (count === 0 || count >>> 0 > EVENTS) return wasi.ERRNO_INVAL;
  const ready: { userdata: bigint; type: number; errno: number }[] = [];
  let soonest: { userdata: bigint; nanoseconds: bigint } | undefined;
  for (let index = 0; index < count; index++) {
    const [view, at] = [state.view(), input + index * SUBSCRIPTION];
    const [userdata, type] = [view.getBigUint64(at, true), view.getUint8(at + 8)];
    if (type !== wasi.EVENTTYPE_CLOCK) {
      ready.push({ userdata, type, errno: fds[view.getUint32(at + 16, true)] === undefined ? wasi.ERRNO_BADF : 0 });
      continue;
    }
    const [clock, timeout, flags] = [view.getUint32(at + 16, true), view.getBigUint64(at + 24, true), view.getUint16(at + 40, true)];
    const nanoseconds = (flags & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) === 0 ? timeout : timeout - now(clock);
    if (soonest === undefined || nanoseconds < soonest.nanoseconds) soonest = { userdata, nanoseconds };
  }
  if (ready.length === 0 && soonest !== undefined) {
    const end = performance.now() + Number(soonest.nanoseconds) / 1e6;
    for (let left = end - performance.now(); left > 0; left = end - performance.now()) waitAWhile(Math.min(left, WAIT_MS));
    ready.push({ userdata: soonest.userdata, type: wasi.EVENTTYPE_CLOCK, errno: 0 });
  }
  for (const [index, { userdata, type, errno }] of ready.entries()) {
    const [view, at] = [state.view(), output + index * EVENT];
    state.bytes().fill(0, at, at + EVENT);
    view.setBigUint64(at, userdata, true);
    view.setUint16(at + 8, errno, true);
    view.setUint8(at + 10, type);
  }
  state.view().setUint32(occurred, ready.length, true);
  return 0;
}

const now = (clock: number): bigint => (clock === wasi.CLOCKID_REALTIME ? BigInt(Date.now()) * 1_000_000n : BigInt(Math.round(performance.now() * 1e6)));
