import { posix } from 'node:path';
import { UserError } from '../../errors.ts';
import { DEFAULT_DEPTH, DEPTH_HINT } from '../../plugins/depth-limit.ts';
import { beyond, LONGEST_PATH } from '../../system/tree-hash.ts';
import { checkedOutMode } from '../tree-modes.ts';

/** How much may come from a source; `[archives]` and `[limits]` in tool.toml change it. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Unpacked, in bytes. */
  readonly bytes: number;
  /** Unpacked bytes for one of the archive's. */
  readonly ratio: number;
  /** Names in a path, for every kind of source. */
  readonly depth: number;
}

/** What an install takes where nobody has allowed more. */
export const DEFAULT_LIMITS: ArchiveLimits = { entries: 50_000, bytes: 256 * 1024 * 1024, ratio: 100, depth: DEFAULT_DEPTH };

/** Headers of a tar are bytes like any other: what comes out of a decompressor is bounded by this much more an entry. */
const HEADER_BYTES = 2048;

/** Small archives of text pack well: the ratio counts from here on. */
const RATIO_COUNTS_FROM = 1024 * 1024;

/** What macOS puts into archives beside what was meant. */
export const isLeftByMacOs = (name: string): boolean => name.startsWith('._') || name === '.DS_Store' || name === '__MACOSX';

export type EntryKind = 'file' | 'directory' | 'link';

/** An entry as an archive states it; nothing of it is to be believed. */
export interface ClaimedEntry {
  readonly name: string;
  /** Undefined for anything that is neither a file, a directory nor a symbolic link. */
  readonly kind: EntryKind | undefined;
  /** What the archive calls it, for the message. */
  readonly kindName: string;
  readonly mode: number;
}

/**
 * Decides over an archive's entries as they come (contract registry §5.1). The first violation refuses the whole archive.
 * Every method throws UserError naming archive and entry.
 */
export class ArchivePolicy {
  readonly #archive: string;
  readonly #packedBytes: number;
  readonly #limits: ArchiveLimits;
  readonly #keepsFolder: boolean;
  readonly #folded = new Map<string, string>();
  readonly #kinds = new Map<string, EntryKind>();
  readonly #atTop = new Set<string>();
  #entries = 0;
  #bytes = 0;

  /** @param keepsFolder whether the one folder that all may be in stays one of the tree's */
  constructor(archive: string, packedBytes: number, limits: ArchiveLimits, keepsFolder = false) {
    this.#archive = archive;
    this.#packedBytes = packedBytes;
    this.#limits = limits;
    this.#keepsFolder = keepsFolder;
  }

  refuse(reason: string, hint = 'nothing of it was installed'): never {
    throw new UserError('source-refused', `${this.#archive} is refused: ${reason}`, { hint });
  }

  /** @returns the entry's path below the tree, without a slash at its end, and the mode it gets; undefined for the top itself */
  admit({ name, kind, kindName, mode }: ClaimedEntry): { path: string; kind: EntryKind; mode: number } | undefined {
    if (++this.#entries > this.#limits.entries) this.refuse(`it has more than ${this.#limits.entries} entries`);
    const shown = JSON.stringify(name);
    if (kind === undefined) this.refuse(`${shown} is a ${kindName}; only files, directories and symbolic links are allowed`);
    if (name === '') this.refuse('an entry has no name');
    if (name.includes('\0')) this.refuse(`${shown} holds a NUL character`);
    if (name.includes('\uFFFD')) this.refuse(`${shown} is not UTF-8`);
    if (name.includes('\\')) this.refuse(`${shown} holds a backslash`);
    if ([...name].some((character) => character < ' ' || character === '\u007f')) this.refuse(`${shown} holds a control character`);
    if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) this.refuse(`${shown} is an absolute path`);
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) this.refuse(`${shown} leaves the archive by ..`);
    if (parts.length === 0) return undefined;
    if (kind !== 'directory' && name.endsWith('/')) this.refuse(`${shown} is a ${kindName} with a directory's name`);
    if (parts.some((part) => Buffer.byteLength(part) > 255)) this.refuse(`${shown.slice(0, 80)}… is too long a name`);
    const path = parts.join('/');
    // The one folder that holds all the others is not counted; what comes of the rest is looked at when it stands.
    const depth = parts.length - 1;
    if (depth > this.#limits.depth || Buffer.byteLength(path) > LONGEST_PATH) this.refuse(beyond(Buffer.from(path), depth, this.#limits.depth), DEPTH_HINT);
    this.#claim(path, kind);
    return { path, kind, mode: kind === 'directory' ? 0o755 : checkedOutMode(mode) };
  }

  /** Every name stands once, also where a file system folds case or normalises, and no file is anybody's parent. */
  #claim(path: string, kind: EntryKind): void {
    const before = this.#kinds.get(path);
    if (before !== undefined && !(before === 'directory' && kind === 'directory')) this.refuse(`${JSON.stringify(path)} is there twice`);
    this.#claimName(path, kind);
    // What is known as a directory has known ones above it.
    for (let parent = posix.dirname(path); parent !== '.' && this.#kinds.get(parent) !== 'directory'; parent = posix.dirname(parent)) {
      const known = this.#kinds.get(parent);
      if (known !== undefined) this.refuse(`${JSON.stringify(path)} is below ${JSON.stringify(parent)}, which is a ${known}`);
      this.#claimName(parent, 'directory', path);
    }
  }

  #claimName(name: string, kind: EntryKind, path = name): void {
    const folded = name.normalize('NFC').toLowerCase();
    const known = this.#folded.get(folded);
    if (known !== undefined && known !== name)
      this.refuse(`${JSON.stringify(path)} and ${JSON.stringify(known)} are the same name where case or composition do not count`);
    this.#folded.set(folded, name);
    this.#kinds.set(name, kind);
    if (!name.includes('/')) this.#atTop.add(name);
  }

  /** The folder that all of the archive is in, but for what macOS puts beside it, where it does not stay. */
  onlyFolder(): string | undefined {
    if (this.#keepsFolder) return undefined;
    const [only, ...others] = [...this.#atTop].filter((name) => !isLeftByMacOs(name));
    return only !== undefined && others.length === 0 && this.#kinds.get(only) === 'directory' ? only : undefined;
  }

  /** The bytes of a whole tar, bounded before anything of them is understood. */
  async *packed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const most = this.#limits.bytes + this.#limits.entries * HEADER_BYTES;
    let sum = 0;
    for await (const chunk of bytes) {
      sum += chunk.length;
      if (sum > most) this.refuse(`it unpacks to more than ${this.#limits.bytes} bytes`);
      yield chunk;
    }
  }

  /** Counts bytes as they come out, whatever was said of them before. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) this.refuse(`it unpacks to more than ${this.#limits.bytes} bytes`);
    if (this.#bytes > RATIO_COUNTS_FROM && this.#bytes > this.#packedBytes * this.#limits.ratio)
      this.refuse(`it unpacks to more than ${this.#limits.ratio} times its size`);
  }

  /** A symbolic link's target: relative, and inside the tree as it will stand, also behind other links. Called when all is known. */
  checkLink(path: string, target: string): void {
    const shown = `the link ${JSON.stringify(path)} to ${JSON.stringify(target)}`;
    if (target === '' || target.includes('\0') || target.includes('\\') || target.includes('\uFFFD')) this.refuse(`${shown} has a target that is no path`);
    if (target.startsWith('/')) this.refuse(`${shown} is absolute`);
    const root = this.onlyFolder() === undefined ? 0 : 1;
    let at = posix.dirname(path) === '.' ? [] : posix.dirname(path).split('/');
    for (const part of target.split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') at = [...at, part];
      else if (at.length <= root) this.refuse(`${shown} leads out of the plugin`);
      else at = at.slice(0, -1);
      if (this.#kinds.get(at.join('/')) === 'link') this.refuse(`${shown} leads through another link`);
    }
  }
}
