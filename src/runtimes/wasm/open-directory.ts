import { renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import { HostDirectory, type HostEntry, wrongName } from './host-entries.ts';
import { openFile } from './open-file.ts';

/** A directory that a guest has open. What it names is looked up here, by names alone. */
export class OpenDirectory extends Fd {
  readonly directory: HostDirectory;

  constructor(directory: HostDirectory) {
    super();
    this.directory = directory;
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    return { ret: 0, fdstat: new wasi.Fdstat(wasi.FILETYPE_DIRECTORY, 0) };
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: 0, filestat: this.directory.stat() };
  }

  override fd_readdir_single(cookie: bigint): { ret: number; dirent: wasi.Dirent | null } {
    const { ino, parent } = this.directory;
    if (cookie === 0n) return { ret: 0, dirent: new wasi.Dirent(1n, ino, '.', wasi.FILETYPE_DIRECTORY) };
    if (cookie === 1n) return { ret: 0, dirent: new wasi.Dirent(2n, parent?.ino ?? ino, '..', wasi.FILETYPE_DIRECTORY) };
    const entry = [...this.directory.entries.values()][Number(cookie) - 2];
    if (entry === undefined) return { ret: 0, dirent: null };
    const type = entry instanceof HostDirectory ? wasi.FILETYPE_DIRECTORY : wasi.FILETYPE_REGULAR_FILE;
    return { ret: 0, dirent: new wasi.Dirent(cookie + 1n, entry.ino, entry.name, type) };
  }

  override path_filestat_get(_flags: number, path: string): { ret: number; filestat: wasi.Filestat | null } {
    const { errno, entry } = this.#at(path);
    return entry === undefined ? { ret: errno ?? wasi.ERRNO_NOENT, filestat: null } : { ret: 0, filestat: entry.stat() };
  }

  override path_open(
    _dirflags: number,
    path: string,
    oflags: number,
    _rights: bigint,
    _inheriting: bigint,
    fdflags: number,
  ): { ret: number; fd_obj: Fd | null } {
    const { errno, parent, name, entry } = this.#at(path);
    const wanted = (flag: number): boolean => (oflags & flag) !== 0;
    if (errno !== undefined) return { ret: errno, fd_obj: null };
    if (entry !== undefined) {
      if (wanted(wasi.OFLAGS_EXCL)) return { ret: wasi.ERRNO_EXIST, fd_obj: null };
      if (wanted(wasi.OFLAGS_DIRECTORY) && !(entry instanceof HostDirectory)) return { ret: wasi.ERRNO_NOTDIR, fd_obj: null };
      return entry instanceof HostDirectory ? { ret: 0, fd_obj: new OpenDirectory(entry) } : openFile(entry, oflags, fdflags);
    }
    if (!wanted(wasi.OFLAGS_CREAT) || parent === undefined) return { ret: wasi.ERRNO_NOENT, fd_obj: null };
    const made = parent.makeFile(name);
    return typeof made === 'number' ? { ret: made, fd_obj: null } : openFile(made, oflags, fdflags);
  }

  override path_create_directory(path: string): number {
    const { errno, parent, name, entry } = this.#at(path);
    if (errno !== undefined) return errno;
    if (entry !== undefined || parent === undefined) return wasi.ERRNO_EXIST;
    return parent.makeDirectory(name);
  }

  override path_unlink_file(path: string): number {
    const { errno, parent, name, entry } = this.#at(path);
    if (entry === undefined || parent === undefined) return errno ?? wasi.ERRNO_NOENT;
    if (entry instanceof HostDirectory) return wasi.ERRNO_ISDIR;
    unlinkSync(entry.path);
    parent.entries.delete(name);
    return 0;
  }

  override path_remove_directory(path: string): number {
    const { errno, parent, name, entry } = this.#at(path);
    if (entry === undefined || parent === undefined) return errno ?? wasi.ERRNO_NOENT;
    if (!(entry instanceof HostDirectory)) return wasi.ERRNO_NOTDIR;
    if (entry.entries.size > 0) return wasi.ERRNO_NOTEMPTY;
    rmdirSync(entry.path);
    parent.entries.delete(name);
    return 0;
  }

  /** @returns an errno of WASI */
  renameTo(oldPath: string, target: OpenDirectory, newPath: string): number {
    const [from, to] = [this.#at(oldPath), target.#at(newPath)];
    if (from.entry === undefined || from.parent === undefined) return from.errno ?? wasi.ERRNO_NOENT;
    if (to.parent === undefined) return to.errno ?? wasi.ERRNO_INVAL;
    const wrong = wrongName(to.name);
    if (wrong !== undefined) return wrong;
    if (to.parent.isBelow(from.entry) || from.entry instanceof HostDirectory !== (to.entry ?? from.entry) instanceof HostDirectory) return wasi.ERRNO_INVAL;
    if (!to.parent.holds(to.name, from.entry.reach)) return wasi.ERRNO_NAMETOOLONG;
    if (to.entry === from.entry) return 0;
    if (to.entry instanceof HostDirectory && to.entry.entries.size > 0) return wasi.ERRNO_NOTEMPTY;
    renameSync(from.entry.path, join(to.parent.path, to.name));
    from.parent.entries.delete(from.name);
    from.entry.parent = to.parent;
    from.entry.name = to.name;
    to.parent.entries.set(to.name, from.entry);
    return 0;
  }

  /** What a path of the guest's names, looked up here. There are no links, so `..` can be taken off the path. */
  #at(path: string): { errno?: number; parent?: HostDirectory; name: string; entry?: HostEntry } {
    if (path.startsWith('/')) return { errno: wasi.ERRNO_NOTCAPABLE, name: '' };
    const names: string[] = [];
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') names.push(part);
      else if (names.pop() === undefined) return { errno: wasi.ERRNO_NOTCAPABLE, name: '' };
    }
    const name = names.pop();
    if (name === undefined) return { entry: this.directory, name: '' };
    let parent = this.directory;
    for (const one of names) {
      const next = parent.entries.get(one);
      if (!(next instanceof HostDirectory)) return { errno: next === undefined ? wasi.ERRNO_NOENT : wasi.ERRNO_NOTDIR, name };
      parent = next;
    }
    const entry = parent.entries.get(name);
    return { parent, name, ...(entry === undefined ? {} : { entry }) };
  }
}

/** One that a guest finds open, by its name there. */
export class Preopened extends OpenDirectory {
  readonly #name: string;

  constructor(directory: HostDirectory, name: string) {
    super(directory);
    this.#name = name;
  }

  override fd_prestat_get(): { ret: number; prestat: wasi.Prestat } {
    return { ret: 0, prestat: wasi.Prestat.dir(this.#name) };
  }
}
