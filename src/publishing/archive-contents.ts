import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import { packedFormat } from '../sources/archive/packing.ts';
import { type ArchiveLimits, type ArchivePolicy, DEFAULT_LIMITS, type EntryKind } from '../sources/archive/policy.ts';
import { type EntrySink, readArchive } from '../sources/archive/unpack.ts';

/** A file, a directory or a link of an archive. */
export interface ArchiveEntry {
  /** Below the plugin's root. */
  readonly path: string;
  readonly kind: EntryKind;
  /** As it would be installed: 0755 or 0644. */
  readonly mode: number;
  /** In bytes; 0 for what is no file. */
  readonly size: number;
}

export interface ArchiveContents {
  /** In the order of the archive. */
  readonly entries: readonly ArchiveEntry[];
  /** The texts of the files that were asked for, by path. One that is larger than 1 MiB is left out. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface ContentsOptions {
  /** What the user calls the archive; by default its file's name. */
  readonly name?: string;
  readonly limits?: ArchiveLimits;
}

/** Bytes of a text that is kept. */
const TEXT_BYTES = 1 << 20;

/**
 * Reads what an archive holds, to its end and under the limits for archives, and writes nothing: what is no plugin's archive is refused here as an install
 * would refuse it (contract registry §5.1). How it is packed is told by its contents.
 * @param wanted whether the text of the file at a path is asked for; it may be asked of a path that turns out to be in the one directory left away
 * @returns entries and texts, by paths below the plugin's root: the one directory that all of an archive may be in is left away
 * @throws UserError naming the archive and what is wrong with it
 */
export async function archiveContents(
  file: string,
  wanted: (path: string) => boolean,
  { name = basename(file), limits = DEFAULT_LIMITS }: ContentsOptions = {},
): Promise<ArchiveContents> {
  if (!statSync(file).isFile()) throw new UserError('not-a-file', `${name} is not a file`, { hint: 'check the path' });
  const format = packedFormat(file);
  if (format === undefined)
    throw new UserError('not-an-archive', `${name} is not an archive`, { hint: 'pack it as .tar.gz, .tar.xz, .tar.zst, .tar.bz2, .tar or .zip' });
  return readArchive(file, name, limits, { format }, (policy) => new ContentsReader(policy, wanted));
}

/** Keeps the names of entries, and the texts of some. */
class ContentsReader implements EntrySink<ArchiveContents> {
  readonly #policy: ArchivePolicy;
  readonly #wanted: (path: string) => boolean;
  readonly #entries: ArchiveEntry[] = [];
  readonly #texts = new Map<string, string>();
  readonly #links: [path: string, target: string][] = [];

  constructor(policy: ArchivePolicy, wanted: (path: string) => boolean) {
    this.#policy = policy;
    this.#wanted = wanted;
  }

  directory(path: string): void {
    this.#entries.push({ path, kind: 'directory', mode: 0o755, size: 0 });
  }

  async file(path: string, mode: number, body: AsyncIterable<Uint8Array>): Promise<void> {
    // Which of the two it is below the root is known in the end.
    const isKept = this.#wanted(path) || this.#wanted(belowFirst(path));
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      this.#policy.count(chunk.length);
      size += chunk.length;
      if (isKept && size <= TEXT_BYTES) chunks.push(chunk);
    }
    this.#entries.push({ path, kind: 'file', mode, size });
    if (isKept && size <= TEXT_BYTES) this.#texts.set(path, Buffer.concat(chunks).toString());
  }

  link(path: string, target: string): void {
    this.#entries.push({ path, kind: 'link', mode: 0o755, size: 0 });
    this.#links.push([path, target]);
  }

  finish(): ArchiveContents {
    const folder = this.#policy.onlyFolder();
    const isIn = (path: string): boolean => folder === undefined || path.startsWith(`${folder}/`);
    const below = (path: string): string => (folder === undefined ? path : path.slice(folder.length + 1));
    for (const [path, target] of this.#links) if (isIn(path)) this.#policy.checkLink(path, target);
    const entries = this.#entries.filter(({ path }) => isIn(path)).map((entry) => ({ ...entry, path: below(entry.path) }));
    const texts = [...this.#texts].filter(([path]) => isIn(path)).map(([path, text]) => [below(path), text] as const);
    return { entries, texts: new Map(texts.filter(([path]) => this.#wanted(path))) };
  }
}

/** A path without its first name. */
const belowFirst = (path: string): string => path.slice(path.indexOf('/') + 1 || path.length);
