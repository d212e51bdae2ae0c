import { chmodSync, constants, copyFileSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { statOrNothing, temporaryBeside } from '../../system/links.ts';
import { isSha256 } from '../../system/own-json.ts';
import { digestOf } from '../../system/tree-hash.ts';

/** The most that is kept where nobody says; what was not used for longest goes first. */
export const KEPT_BYTES = 256 << 20;

/** What was cut short this long ago is nobody's any more. */
const STALE_MS = 3_600_000;

/** A download that was kept: files are called by their sha256, and believed only once that has been computed again. */
interface Kept {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * Copies a file that was downloaded before, if it is kept and still what it was. What is something else by now is removed.
 * @param folder where downloads are kept
 * @param into a path where nothing is; the copy is the caller's
 * @returns its size; undefined where it has to be downloaded
 */
export function takeKept(folder: string, sha256: string, into: string, maxBytes: number): number | undefined {
  const path = join(folder, sha256);
  try {
    const kept = keptAt(path);
    if (!kept || kept.bytes > maxBytes) return undefined;
    // The copy is looked at, not what stands there: nobody can change it in between.
    copyFileSync(path, into, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(into, 0o644);
    if (digestOf(into) === sha256) {
      touch(path);
      return lstatSync(into).size;
    }
    rmSync(path, { force: true });
  } catch (error) {
    // Of whoever keeps it for himself, or gone in between: it is downloaded.
    if (errnoOf(error) === undefined) throw error;
  }
  rmSync(into, { force: true });
  return undefined;
}

/** Keeps a file that has come, where it can; one that is larger than a quarter of all would drive out too much. @param most bytes of all that are kept */
export function keepDownload(
  folder: string,
  { file, sha256, bytes }: { readonly file: string; readonly sha256: string; readonly bytes: number },
  most = KEPT_BYTES,
): void {
  if (bytes > most / 4) return;
  const path = join(folder, sha256);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeRoom(folder, bytes, most);
    copyWhole(file, path);
  } catch (error) {
    // Whoever may not write there, or has no space left, has the plugin all the same.
    if (errnoOf(error) === undefined) throw error;
  }
}

function copyWhole(file: string, path: string): void {
  const coming = temporaryBeside(path);
  try {
    copyFileSync(file, coming, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(coming, 0o600);
    renameSync(coming, path);
  } catch (error) {
    rmSync(coming, { force: true });
    throw error;
  }
}

/** Removes what was used least lately until there is room for so many bytes. */
function makeRoom(folder: string, bytes: number, most: number): void {
  for (const { path } of surplusDownloads(folder, most - bytes)) rmSync(path, { force: true });
}

/** What of the downloads is cut short and nobody's any more, or more than so many bytes: what was used least lately. */
export function surplusDownloads(folder: string, most: number): { readonly path: string; readonly bytes: number }[] {
  const names = statOrNothing(folder)?.isDirectory() ? readdirSync(folder) : [];
  const all = names.flatMap((name) => {
    const kept = keptAt(join(folder, name));
    return kept ? [{ ...kept, isWhole: isSha256(name) }] : [];
  });
  const surplus = all.filter(({ isWhole, usedAt }) => !isWhole && usedAt < Date.now() - STALE_MS);
  const whole = all.filter(({ isWhole }) => isWhole).sort((a, b) => a.usedAt - b.usedAt);
  let total = whole.reduce((sum, kept) => sum + kept.bytes, 0);
  for (const kept of whole) {
    if (total <= most) break;
    surplus.push(kept);
    total -= kept.bytes;
  }
  return surplus;
}

/** A link, a pipe or a directory is no download. */
function keptAt(path: string): Kept | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? { path, bytes: stat.size, usedAt: stat.mtimeMs } : undefined;
}

function touch(path: string): void {
  const now = new Date();
  utimesSync(path, now, now);
}
