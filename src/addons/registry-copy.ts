import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../home/layout.ts';
import { cacheRoot } from '../repositories/cache-paths.ts';
import { isBoolean, isCount, isListOf, isObject, isOneOf, isText } from '../system/own-json.ts';
import type { External, ExternalVersion } from './external.ts';

/**
 * What is first in such a file, a line of JSON. Behind it a line for each version has what is asked of few: size, checksum, address. What is asked of many is in the
 * first line.
 */
export interface Header {
  readonly format: '2';
  /** The registry as it was read. */
  readonly of: string;
  readonly base: string;
  /** Of all that stands behind the first line. */
  readonly bytes: number;
  readonly ranges: readonly string[];
  readonly addons: readonly KeptAddon[];
}

export interface KeptAddon {
  readonly name: string;
  /** Newest first, with blanks between them. */
  readonly versions: string;
  /** A character for each version: twice the place of its range, counted from 1, and one more for a prerelease. */
  readonly codes: string;
  readonly isInOrder: boolean;
  /** Where its first line is, behind the first of all. */
  readonly start: number;
  /** A character for each line: how long it is. */
  readonly lengths: string;
}

const isHeader = isObject<Header>({
  format: isOneOf('2'),
  of: isText,
  base: isText,
  bytes: isCount,
  ranges: isListOf(isText),
  addons: isListOf(isObject<KeptAddon>({ name: isText, versions: isText, codes: isText, isInOrder: isBoolean, start: isCount, lengths: isText })),
});

/** The first line is looked for in pieces of this size. */
const PIECE = 64 << 10;

/** What tells a state of a registry's file from others. */
export const stateOf = (file: string, { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string => [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');

/** Where the copy of what a registry says is. Names of repositories begin with no dot. */
export const copyFile = (layout: Layout, { dev, ino }: BigIntStats): string => join(cacheRoot(layout), '.addons', `${dev}-${ino}`);

/**
 * What a registry on this machine said when it was last read, where it is the same file in the same state: reading five thousand versions anew takes longer than all
 * else that is done with them.
 * @param base where its packages are
 * @param isLasting whether the process goes on for long: all of the copy is read then, and no file is left open
 * @returns undefined where it has to be read
 */
export function readCopy(layout: Layout, registry: string, base: string, isLasting = false): External | undefined {
  let file: number | Buffer | undefined;
  try {
    const stat = statSync(registry, { bigint: true });
    const path = copyFile(layout, stat);
    file = isLasting ? readFileSync(path) : openSync(path, 'r');
    const head = firstLine(file);
    const header: unknown = JSON.parse(head.toString());
    // It was written whole, so that nothing else is looked for than an end that is missing.
    const bytes = (typeof file === 'number' ? fstatSync(file).size : file.length) - head.length;
    if (isHeader(header) && header.of === stateOf(registry, stat) && header.base === base && header.bytes === bytes) {
      const lines = { file, start: head.length };
      return new Map(header.addons.map((kept) => [kept.name, { isInOrder: kept.isInOrder, versions: new KeptVersions(kept, header.ranges, lines) }]));
    }
  } catch {
    // None, or one that is damaged.
  }
  if (typeof file === 'number') closeSync(file);
  return undefined;
}

/** The first line of a file, with its end. */
function firstLine(file: number | Buffer): Buffer {
  if (typeof file !== 'number') return file.subarray(0, file.indexOf(10) + 1);
  const pieces: Buffer[] = [];
  for (let position = 0; ; position += PIECE) {
    const piece = readPart(file, position, PIECE);
    const end = piece.indexOf(10);
    pieces.push(end < 0 ? piece : piece.subarray(0, end + 1));
    if (end >= 0 || piece.length < PIECE) return pieces.length === 1 ? piece.subarray(0, end + 1) : Buffer.concat(pieces);
  }
}

function readPart(file: number | Buffer, position: number, length: number): Buffer {
  if (typeof file !== 'number') return file.subarray(position, position + length);
  const part = Buffer.allocUnsafe(length);
  return part.subarray(0, readSync(file, part, 0, length, position));
}

/** A copy, and where its lines begin. */
interface KeptLines {
  readonly file: number | Buffer;
  readonly start: number;
}

/** The versions of one add-on, which are made as far as they are asked for. */
class KeptVersions implements Iterable<ExternalVersion> {
  readonly #kept: KeptAddon;
  readonly #ranges: readonly string[];
  readonly #lines: KeptLines;

  constructor(kept: KeptAddon, ranges: readonly string[], lines: KeptLines) {
    this.#kept = kept;
    this.#ranges = ranges;
    this.#lines = lines;
  }

  *[Symbol.iterator](): Iterator<ExternalVersion> {
    const { versions } = this.#kept;
    let start = 0;
    for (let place = 0; start <= versions.length; place++) {
      const blank = versions.indexOf(' ', start);
      const end = blank < 0 ? versions.length : blank;
      yield new KeptVersion(versions.slice(start, end), this, place);
      start = end + 1;
    }
  }

  /** The one that is called so, without those in front of it. */
  named(version: string): ExternalVersion | undefined {
    const { versions } = this.#kept;
    const at = version.includes(' ') ? -1 : ` ${versions} `.indexOf(` ${version} `);
    return at < 0 ? undefined : new KeptVersion(version, this, versions.slice(0, at).split(' ').length - 1);
  }

  code(place: number): number {
    return this.#kept.codes.charCodeAt(place);
  }

  /** The range of a code. */
  range(code: number): string | undefined {
    return this.#ranges[(code >> 1) - 1];
  }

  line(place: number): string {
    const { start, lengths } = this.#kept;
    let at = this.#lines.start + start;
    for (let before = 0; before < place; before++) at += lengths.charCodeAt(before);
    return readPart(this.#lines.file, at, lengths.charCodeAt(place)).toString('latin1').trimEnd();
  }
}

/** A version whose line is read when it is asked for. */
class KeptVersion implements ExternalVersion {
  readonly version: string;
  readonly #all: KeptVersions;
  readonly #place: number;
  #words: readonly string[] | undefined;

  constructor(version: string, all: KeptVersions, place: number) {
    this.version = version;
    this.#all = all;
    this.#place = place;
  }

  get prerelease(): boolean {
    return this.#all.code(this.#place) % 2 === 1;
  }

  get range(): string | undefined {
    return this.#all.range(this.#all.code(this.#place));
  }

  #word(index: number): string | undefined {
    this.#words ??= this.#all.line(this.#place).split(' ');
    const word = this.#words[index];
    return word === '-' ? undefined : word;
  }

  get size(): number | undefined {
    const size = this.#word(0);
    return size === undefined ? undefined : Number(size);
  }

  get sha256(): string | undefined {
    return this.#word(1);
  }

  get url(): string {
    return this.#word(2) ?? '';
  }
}
