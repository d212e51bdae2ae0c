import { closeSync, createReadStream, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { syncDirectory } from '../../system/durable.ts';
import { writeAll } from '../../system/file-descriptor.ts';
import { untilInterrupted } from '../../system/interrupts.ts';
import { temporaryBeside } from '../../system/links.ts';
import { makeFolder } from '../../system/make-folder.ts';
import { type BundleManifest, MANIFEST, manifestText } from './manifest.ts';
import { partName } from './parts.ts';

/** What is written of a bundle: its files, and how many bytes they have. */
export interface WrittenBundle {
  readonly parts: readonly string[];
  readonly bytes: number;
}

/**
 * Writes a bundle: a tar of its manifest and then its files in the order that has, with no time and no owner. It is there whole or not at all.
 * @param places where each file stands, by its path in the bundle
 * @param partBytes the most that one file may have; undefined for one file of any length
 * @throws UserError where it cannot be written
 */
export async function writeBundle(
  file: string,
  manifest: BundleManifest,
  places: ReadonlyMap<string, string>,
  partBytes: number | undefined,
): Promise<WrittenBundle> {
  const parts = new Parts(file, partBytes);
  return explainDiskErrors('write the bundle', file, () =>
    untilInterrupted(
      () => parts.discard(),
      () => written(parts, manifest, places),
    ),
  );
}

async function written(parts: Parts, manifest: BundleManifest, places: ReadonlyMap<string, string>): Promise<WrittenBundle> {
  try {
    const archive = pack();
    // What is wrong with a file ends the archive, and both are told by the first to fail.
    const filling = fill(archive, manifest, places).catch((error: unknown) => void archive.destroy(error as Error));
    for await (const chunk of archive) parts.write(chunk as Buffer);
    await filling;
    return parts.finish();
  } catch (error) {
    parts.discard();
    throw error;
  }
}

async function fill(archive: Pack, manifest: BundleManifest, places: ReadonlyMap<string, string>): Promise<void> {
  const common = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '', mode: 0o644, type: 'file' as const };
  archive.entry({ ...common, name: MANIFEST }, manifestText(manifest));
  for (const { path, bytes } of manifest.files) {
    await pipeline(createReadStream(places.get(path) ?? ''), archive.entry({ ...common, name: path, size: bytes }));
  }
  archive.finalize();
}

/** One file, or several of one length, that get their names when all are written. */
class Parts {
  readonly #file: string;
  readonly #most: number;
  readonly #isSplit: boolean;
  readonly #temporary: string[] = [];
  #fd: number | undefined;
  #inPart = 0;
  #bytes = 0;

  constructor(file: string, most: number | undefined) {
    this.#file = file;
    this.#most = most ?? Number.POSITIVE_INFINITY;
    this.#isSplit = most !== undefined;
  }

  write(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      const fd = this.#open();
      const piece = rest.subarray(0, Math.min(rest.length, this.#most - this.#inPart));
      writeAll(fd, piece);
      this.#inPart += piece.length;
      this.#bytes += piece.length;
      rest = rest.subarray(piece.length);
      if (this.#inPart >= this.#most) this.#close();
    }
  }

  finish(): WrittenBundle {
    this.#close();
    const names = this.#temporary.map((_, index) => (this.#isSplit ? partName(this.#file, index) : this.#file));
    for (const [index, temporary] of this.#temporary.entries()) renameSync(temporary, names[index] ?? this.#file);
    // Of an earlier bundle of that name nothing may be taken for a part of this one.
    const kept = new Set(names.map((name) => basename(name)));
    const stem = basename(this.#file);
    for (const name of readdirSync(dirname(this.#file)))
      if (name.startsWith(`${stem}.`) && /^\d{3}$/.test(name.slice(stem.length + 1)) && !kept.has(name)) rmSync(join(dirname(this.#file), name));
    if (this.#isSplit) rmSync(this.#file, { force: true });
    syncDirectory(dirname(this.#file));
    return { parts: names, bytes: this.#bytes };
  }

  discard(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    for (const temporary of this.#temporary) rmSync(temporary, { force: true });
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd;
    makeFolder(dirname(this.#file));
    const temporary = temporaryBeside(this.#file);
    this.#temporary.push(temporary);
    this.#inPart = 0;
    this.#fd = openSync(temporary, 'wx', 0o644);
    return this.#fd;
  }

  #close(): void {
    if (this.#fd === undefined) return;
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    this.#fd = undefined;
  }
}
