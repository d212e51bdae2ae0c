import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Inode, wasi } from '@bjorn3/browser_wasi_shim';
import { wasiErrno } from './stdio.ts';

const NAME_BYTES = 255;
/** As long as a path of the host's may be. */
const PATH_BYTES = 4095;
/** How deep directories go. */
export const DEPTH = 32;

/** What a guest may still write; the same for all of its files. */
interface Room {
  /** In bytes. */
  left: number;
  /** Files and directories. */
  entries: number;
  /** Throws that there is none. */
  readonly refuse: () => never;
}

/** How far down what is in something goes: directories, and bytes of their paths. */
interface Reach {
  readonly levels: number;
  readonly bytes: number;
}

/** What a guest made on the host: known by the names that it has here, which are the host's too. */
export type HostEntry = HostDirectory | HostFile;

/** @returns an errno of WASI, for a name that no file gets */
export function wrongName(name: string): number | undefined {
  if (name.includes('\0') || name.includes('\ufffd')) return wasi.ERRNO_ILSEQ;
  return Buffer.byteLength(name) > NAME_BYTES ? wasi.ERRNO_NAMETOOLONG : undefined;
}

abstract class Named {
  readonly ino: bigint = Inode.issue_ino();
  parent: HostDirectory | undefined;
  name: string;
  readonly room: Room;

  constructor(parent: HostDirectory | undefined, name: string, room: Room) {
    this.parent = parent;
    this.name = name;
    this.room = room;
  }

  /** Where it is on the host: its names, one below the other. */
  get path(): string {
    return this.parent === undefined ? this.name : join(this.parent.path, this.name);
  }
}

export class HostFile extends Named {
  readonly reach: Reach = { levels: 0, bytes: 0 };

  stat(): wasi.Filestat {
    const descriptor = openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return new wasi.Filestat(this.ino, wasi.FILETYPE_REGULAR_FILE, BigInt(fstatSync(descriptor).size));
    } finally {
      closeSync(descriptor);
    }
  }
}

export class HostDirectory extends Named {
  readonly entries = new Map<string, HostEntry>();

  stat(): wasi.Filestat {
    return new wasi.Filestat(this.ino, wasi.FILETYPE_DIRECTORY, 0n);
  }

  get depth(): number {
    return this.parent === undefined ? 0 : this.parent.depth + 1;
  }

  get reach(): Reach {
    let [levels, bytes] = [0, 0];
    for (const { name, reach } of this.entries.values()) {
      levels = Math.max(levels, 1 + reach.levels);
      bytes = Math.max(bytes, 1 + Buffer.byteLength(name) + reach.bytes);
    }
    return { levels, bytes };
  }

  /** Whether something fits in it under a name, with all that is in that: what has too long a path on the host could not be opened again. */
  holds(name: string, { levels, bytes }: Reach): boolean {
    return this.depth + 1 + levels <= DEPTH && Buffer.byteLength(join(this.path, name)) + bytes <= PATH_BYTES;
  }

  isBelow(other: HostEntry): boolean {
    return other === this || (this.parent?.isBelow(other) ?? false);
  }

  /** Makes a file on the host. @returns an errno of WASI, or the file */
  makeFile(name: string): HostFile | number {
    return this.#make(name, (path) => {
      closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600));
      return new HostFile(this, name, this.room);
    });
  }

  /** Makes a directory on the host. @returns an errno of WASI */
  makeDirectory(name: string): number {
    const made = this.#make(name, (path) => {
      mkdirSync(path, 0o700);
      return new HostDirectory(this, name, this.room);
    });
    return typeof made === 'number' ? made : 0;
  }

  #make<Made extends HostEntry>(name: string, make: (path: string) => Made): Made | number {
    const wrong = wrongName(name);
    if (wrong !== undefined) return wrong;
    if (!this.holds(name, { levels: 0, bytes: 0 })) return wasi.ERRNO_NAMETOOLONG;
    if (this.room.entries <= 0) return wasi.ERRNO_NOSPC;
    try {
      const made = make(join(this.path, name));
      this.room.entries -= 1;
      this.entries.set(name, made);
      return made;
    } catch (error) {
      return wasiErrno(error);
    }
  }
}
