import { posix } from 'node:path';
import { UserError } from '../errors.ts';

/** How much an archive may hold; `[archives]` in tool.toml changes them. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Unpacked, in bytes. */
  readonly bytes: number;
  /** Unpacked bytes for one of the archive's. */
  readonly ratio: number;
}

export const DEFAULT_LIMITS: ArchiveLimits = { entries: 50_000, bytes: 256 * 1024 * 1024, ratio: 100 };

/** Small archives of text pack well: the ratio counts from here on. */
const RATIO_COUNTS_FROM = 1024 * 1024;

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
 * Every method throws UserError REFUSED naming archive and entry.
 */
export class ArchivePolicy {
  readonly #archive: string;
  readonly #packedBytes: number;
  readonly #limits: ArchiveLimits;
  readonly #folded = new Map<string, string>();
  readonly #kinds = new Map<string, EntryKind>();
  #entries = 0;
  #bytes = 0;

  constructor(archive: string, packedBytes: number, limits: ArchiveLimits) {
    this.#archive = archive;
    this.#packedBytes = packedBytes;
    this.#limits = limits;
  }

  refuse(reason: string): never {
    throw new UserError('REFUSED', `${this.#archive} is refused: ${reason}`, { hint: 'nothing of it was installed' });
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
    if (parts.some((part) => Buffer.byteLength(part) > 255) || Buffer.byteLength(name) > 4000) this.refuse(`${shown.slice(0, 80)}… is too long a name`);
    const path = parts.join('/');
    this.#claim(path, kind);
    // Set-user-ID, set-group-ID and sticky bits are not a plugin's to give, nor is leave for others to write.
    return { path, kind, mode: kind === 'directory' ? 0o755 : (mode & 0o755) | 0o600 };
  }

  /** Every name stands once, also where a file system folds case or normalises, and no file is anybody's parent. */
  #claim(path: string, kind: EntryKind): void {
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      const ancestor = parts.slice(0, depth).join('/');
      const folded = ancestor.normalize('NFC').toLowerCase();
      const known = this.#folded.get(folded);
      if (known !== undefined && known !== ancestor)
        this.refuse(`${JSON.stringify(path)} and ${JSON.stringify(known)} are the same name where case or composition do not count`);
      const isWhole = depth === parts.length;
      const before = this.#kinds.get(ancestor);
      if (isWhole && before !== undefined && !(before === 'directory' && kind === 'directory')) this.refuse(`${JSON.stringify(path)} is there twice`);
      if (!isWhole && before !== undefined && before !== 'directory')
        this.refuse(`${JSON.stringify(path)} is below ${JSON.stringify(ancestor)}, which is a ${before}`);
      this.#folded.set(folded, ancestor);
      this.#kinds.set(ancestor, isWhole ? kind : 'directory');
    }
  }

  /** Counts bytes as they come out, whatever was said of them before. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) this.refuse(`it unpacks to more than ${this.#limits.bytes} bytes`);
    if (this.#bytes > RATIO_COUNTS_FROM && this.#bytes > this.#packedBytes * this.#limits.ratio)
      this.refuse(`it unpacks to more than ${this.#limits.ratio} times its size`);
  }

  /** A symbolic link's target: relative, inside the tree, and to something that the archive holds. Called when all is known. */
  checkLink(path: string, target: string): void {
    const shown = `the link ${JSON.stringify(path)} to ${JSON.stringify(target)}`;
    if (target === '' || target.includes('\0') || target.includes('\\') || target.includes('\uFFFD')) this.refuse(`${shown} has a target that is no path`);
    if (target.startsWith('/')) this.refuse(`${shown} is absolute`);
    let at = posix.dirname(path) === '.' ? [] : posix.dirname(path).split('/');
    for (const part of target.split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') at = [...at, part];
      else if (at.length === 0) this.refuse(`${shown} leads out of the archive`);
      else at = at.slice(0, -1);
      if (this.#kinds.get(at.join('/')) === 'link') this.refuse(`${shown} leads through another link`);
    }
  }
}
