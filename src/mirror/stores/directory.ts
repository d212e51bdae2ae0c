import { createHash } from 'node:crypto';
import { closeSync, constants, fchmodSync, fsync, linkSync, lstatSync, mkdtempSync, openSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf, UserError } from '../../errors.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { syncDirectory, writeDurably } from '../../system/durable.ts';
import { fileHash } from '../../system/file-hash.ts';
import { flock } from '../../system/flock.ts';
import { statOrNothing } from '../../system/links.ts';
import { makeFolder } from '../../system/make-folder.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { readSmallBytes, whyUnread } from '../../system/small-file.ts';
import type { Created, ObjectStore, ReadObject, StoredFile } from './store.ts';

const LOCK = '.mirror.lock';
/** Folders of files on the way, each with the lock of whoever works in it. */
const COMING = '.coming-';
const OWNER = 'owner.lock';

/**
 * A directory as a store. An object is linked into place, which fails where something is there: nothing is ever replaced but what `replace` is for, under a lock.
 * Only what is whole and on the disk gets a name.
 */
export class DirectoryStore implements ObjectStore {
  readonly name: string;
  readonly address = undefined;
  readonly mostBytes = undefined;
  readonly #root: string;
  /** Folders in which objects were linked that a loss of power could take away again. */
  readonly #unsynced = new Set<string>();
  /** While it is made, so that whoever asks meanwhile gets the same. */
  #coming: Promise<string> | undefined;
  #scratch: { readonly folder: string; readonly lock: number } | undefined;

  constructor(path: string) {
    this.#root = resolve(path);
    this.name = this.#root;
  }

  scratch(): Promise<string> {
    this.#coming ??= this.#makeScratch();
    return this.#coming;
  }

  async #makeScratch(): Promise<string> {
    while (!this.#scratch) {
      const folder = this.#explained(() => {
        makeFolder(this.#root);
        return mkdtempSync(join(this.#root, COMING));
      });
      const lock = openSync(join(folder, OWNER), 'wx');
      // Another mirror that sweeps may have taken it for one that nobody works in.
      if ((await flock(this.name, lock, '-n')) && statOrNothing(join(folder, OWNER))) this.#scratch = { folder, lock };
      else closeSync(lock);
    }
    await this.#sweep();
    return this.#scratch.folder;
  }

  async create(key: string, { file, sha256 }: StoredFile): Promise<Created> {
    const path = join(this.#root, key);
    try {
      const folder = this.#folderFor(key);
      await syncFile(file);
      linkSync(file, path);
      this.#unsynced.add(folder);
      return 'created';
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') return this.#explained(() => fail(error));
      return (await this.hashOf(key)) === sha256 ? 'same' : 'different';
    }
  }

  async read(key: string, maxBytes: number): Promise<ReadObject | undefined> {
    try {
      const bytes = readSmallBytes(join(this.#root, key), maxBytes);
      return { bytes, tag: tagOf(bytes) };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw new UserError('unreadable-file', `${join(this.#root, key)} ${whyUnread(error)}`, { hint: 'check what is there and who owns it', cause: error });
    }
  }

  async hashOf(key: string): Promise<string | undefined> {
    const path = join(this.#root, key);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return undefined;
    if (!stat.isFile()) throw new UserError('in-the-way', `${path} is no file, and an object of the mirror is to be there`, { hint: 'move it away' });
    return fileHash(path);
  }

  async replace(key: string, text: string, tag: string | undefined): Promise<boolean> {
    return this.#locked(async () => {
      const there = await this.read(key, Number.MAX_SAFE_INTEGER);
      if (there?.tag !== tag) return false;
      // What is named lasts before it is named.
      for (const folder of this.#unsynced) this.#explained(() => syncDirectory(folder));
      this.#unsynced.clear();
      const path = join(this.#root, key);
      this.#explained(() => {
        this.#folderFor(key);
        writeDurably(path, text, statOrNothing(path) ?? 0o644);
      });
      return true;
    });
  }

  async close(): Promise<void> {
    await this.#coming?.catch(() => undefined);
    if (!this.#scratch) return;
    closeSync(this.#scratch.lock);
    removeTree(this.#scratch.folder);
    this.#scratch = undefined;
    this.#coming = undefined;
  }

  /** The folder that an object is in, made for good where it is not there. */
  #folderFor(key: string): string {
    let folder = this.#root;
    makeFolder(folder);
    for (const part of key.split('/').slice(0, -1)) {
      const above = folder;
      folder = join(folder, part);
      if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
      makeFolder(folder);
      syncDirectory(above);
    }
    return folder;
  }

  /** Removes what mirrors left that died on the way: nobody holds their locks. */
  async #sweep(): Promise<void> {
    for (const name of readdirSync(this.#root).filter((one) => one.startsWith(COMING))) {
      const folder = join(this.#root, name);
      if (folder === this.#scratch?.folder) continue;
      try {
        const fd = openSync(join(folder, OWNER), constants.O_RDONLY | constants.O_NOFOLLOW);
        try {
          if (await flock(this.name, fd, '-n')) removeTree(folder);
        } finally {
          closeSync(fd);
        }
      } catch (error) {
        // One that was only begun has no lock yet: it is left to the next sweep, unless it is old.
        if (errnoOf(error) !== 'ENOENT') continue;
        if (Date.now() - (statOrNothing(folder)?.mtimeMs ?? Date.now()) > ABANDONED_MS) removeTree(folder);
      }
    }
  }

  async #locked<T>(action: () => Promise<T>): Promise<T> {
    const fd = this.#explained(() => {
      makeFolder(this.#root);
      return openSync(join(this.#root, LOCK), constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
    });
    try {
      await flock(this.name, fd);
      return await action();
    } finally {
      closeSync(fd);
    }
  }

  #explained<T>(change: () => T): T {
    return explainDiskErrors('write the mirror', this.#root, change);
  }
}

const ABANDONED_MS = 3_600_000;

function fail(error: unknown): never {
  throw error;
}

/** Brings a file to the disk, as everybody may read it. Only what waits for the disk is left to a thread: to ask one takes longer than the rest. */
async function syncFile(file: string): Promise<void> {
  const fd = openSync(file, 'r+');
  try {
    fchmodSync(fd, 0o644);
    await promisify(fsync)(fd);
  } finally {
    closeSync(fd);
  }
}

const tagOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
