import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { wasi } from '@bjorn3/browser_wasi_shim';
import { expect, test } from 'vitest';
import { GuestState } from '../../src/runtimes/wasm/guest-state.ts';
import { DEPTH } from '../../src/runtimes/wasm/host-entries.ts';
import { OpenDirectory } from '../../src/runtimes/wasm/open-directory.ts';
import { TemporaryDirectory } from '../../src/runtimes/wasm/temporary-directory.ts';
import { wasiFunctions } from '../../src/runtimes/wasm/wasi.ts';

/** Runs something with a guest's directory of the host's, which is gone then. */
function withDirectory(run: (open: OpenDirectory, path: string) => void): void {
  const directory = new TemporaryDirectory(1000, () => {
    throw new Error('full');
  });
  try {
    const open = directory.preopened();
    if (!(open instanceof OpenDirectory)) throw new Error('is no directory');
    run(open, directory.path);
  } finally {
    directory.remove();
  }
}

test('no read or write has so many parts that the host’s memory fills with them', () => {
  withDirectory((open) => {
    const state = new GuestState();
    state.memory = new WebAssembly.Memory({ initial: 1 });
    const functions = wasiFunctions(state, { args: [], environment: [], descriptors: [open] }) as Record<string, (...args: unknown[]) => unknown>;
    state.bytes().set(Buffer.from('f'), 100);
    expect(functions.path_open?.(0, 0, 100, 1, wasi.OFLAGS_CREAT, -1n, -1n, 0, 200)).toBe(0);
    const file = state.view().getUint32(200, true);
    for (const [name, offset] of [['fd_read'], ['fd_write'], ['fd_pread', 0n], ['fd_pwrite', 0n]] as const) {
      const call = (count: number): unknown => functions[name]?.(file, 0, count, ...(offset === undefined ? [] : [offset]), 300);
      expect([name, call(1), call(1024), call(1025), call(-1)]).toEqual([name, 0, 0, wasi.ERRNO_INVAL, wasi.ERRNO_INVAL]);
    }
  });
});

const chain = (name: string, length: number): string => Array.from({ length }, () => name).join('/');

test('a directory of a guest’s is as deep as its limit, and no rename makes it deeper', () => {
  withDirectory((open, path) => {
    const make = (name: string, length: number): number[] => Array.from({ length }, (_, index) => open.path_create_directory(chain(name, index + 1)));
    expect(make('a', DEPTH + 1)).toEqual([...Array<number>(DEPTH).fill(0), wasi.ERRNO_NAMETOOLONG]);
    expect(make('b', 3)).toEqual([0, 0, 0]);
    // What is moved brings what is in it: three directories fit where three are left.
    expect(open.renameTo('b', open, `${chain('a', DEPTH - 2)}/b`)).toBe(wasi.ERRNO_NAMETOOLONG);
    expect(open.renameTo('a/a', open, 'b/b/b/a')).toBe(wasi.ERRNO_NAMETOOLONG);
    expect(open.renameTo('b', open, `${chain('a', DEPTH - 3)}/b`)).toBe(0);
    expect(existsSync(join(path, chain('a', DEPTH - 3), 'b/b/b'))).toBe(true);
    expect(existsSync(join(path, 'b'))).toBe(false);
    // A directory does not go into itself.
    expect(open.renameTo('a', open, 'a/a/c')).toBe(wasi.ERRNO_INVAL);
    expect(open.renameTo('a', open, 'c')).toBe(0);
  });
});

test('no name makes a path so long that the host could not open it again', () => {
  let place = '';
  withDirectory((open, path) => {
    place = path;
    for (let length = 1; length <= DEPTH; length++) expect(open.path_create_directory(chain('a', length))).toBe(0);
    // From the innermost on, as each rename by itself is of a short path.
    const long = 'x'.repeat(255);
    const renamed = Array.from({ length: DEPTH }, (_, index) =>
      open.renameTo(chain('a', DEPTH - index), open, [...chain('a', DEPTH - index - 1).split('/'), long].join('/').replace(/^\//, '')),
    );
    const fit = Math.floor((4095 - Buffer.byteLength(path) - 2 * DEPTH) / 254);
    expect(renamed).toEqual([...Array<number>(fit).fill(0), ...Array<number>(DEPTH - fit).fill(wasi.ERRNO_NAMETOOLONG)]);
    expect(open.path_create_directory(`${long}/${long}`)).toBe(wasi.ERRNO_NOENT);
  });
  expect(existsSync(place)).toBe(false);
});
