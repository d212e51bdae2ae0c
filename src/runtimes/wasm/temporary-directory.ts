import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fd } from '@bjorn3/browser_wasi_shim';
import { identify } from '../../system/processes.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { HostDirectory } from './host-entries.ts';
import { Preopened } from './open-directory.ts';

const PREFIX = 'tool-wasm-';
/** Files and directories at once. */
const ENTRIES = 10_000;

/**
 * A fresh directory of the host's, which a guest has at /tmp. What is there is known here, by names alone: the host is only asked for paths that were made here, name by name, and
 * there are no links in it, so nothing that a guest says leads out of it.
 */
export class TemporaryDirectory {
  readonly path: string;
  readonly #root: HostDirectory;

  /** @param bytes that fit in it @param refuse throws that there is no room @throws Error where it cannot be made */
  constructor(bytes: number, refuse: () => never) {
    removeLeftovers();
    this.path = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
    this.#root = new HostDirectory(undefined, this.path, { left: bytes, entries: ENTRIES, refuse });
  }

  /** As the guest finds it open. */
  preopened(): Fd {
    return new Preopened(this.#root, '/tmp');
  }

  remove(): void {
    removeTree(this.path);
  }
}

/** Removes the directories of processes that were killed. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined) continue;
    try {
      // Another user's is theirs to remove.
      if (identify(Number(pid)) === undefined) removeTree(join(tmpdir(), name));
    } catch {
      // It is another user's, or gone.
    }
  }
}
