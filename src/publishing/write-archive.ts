import { closeSync, createReadStream, createWriteStream, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { diskCode, errnoOf, isUserError, UserError } from '../errors.ts';
import { syncDirectory } from '../system/durable.ts';
import { fileHash } from '../system/file-hash.ts';
import { untilInterrupted } from '../system/interrupts.ts';
import { somethingAt, statOrNothing, temporaryBeside } from '../system/links.ts';
import { makeFolder } from '../system/make-folder.ts';
import { checkRatio, type PackedEntry } from './packed-tree.ts';

/** A tree, and the archive that is to be made of it. */
export interface ArchiveRequest {
  readonly directory: string;
  /** As `packedTree` gave them. */
  readonly entries: readonly PackedEntry[];
  /** The one folder that the archive has all in, so that nobody who unpacks it by hand has its files strewn about. */
  readonly folder: string;
  /** The archive's path. */
  readonly file: string;
  /** The time of every entry, in seconds since 1970. */
  readonly mtime: number;
  /** Whether other bytes may take the place of what is there. */
  readonly mayReplace: boolean;
}

export interface WrittenArchive {
  readonly sha256: string;
  readonly size: number;
  readonly state: 'written' | 'unchanged';
}

/** Where gzip's header says on which system it was made, and the word for Unix: zlib puts the machine's own there. */
const SYSTEM_AT = 9;
const UNIX = 3;

/**
 * Writes a tree as a tar.gz that depends on nothing but the tree: sorted, one time, no owner. The file is there whole or not at all; what has these bytes
 * already stays as it is.
 * @throws UserError for what cannot be read or written, what an install would refuse, and what may not be replaced
 */
export async function writeArchive(request: ArchiveRequest): Promise<WrittenArchive> {
  const { file, entries, mayReplace } = request;
  const temporary = temporaryBeside(file);
  const tidyUp = (): void => {
    if (somethingAt(temporary)) rmSync(temporary);
  };
  try {
    makeFolder(dirname(file));
    await untilInterrupted(tidyUp, () => writePacked(request, temporary));
    const [sha256, { size }] = [await fileHash(temporary), statSync(temporary)];
    checkRatio(request.directory, entries, size);
    const there = statOrNothing(file);
    if (there?.isFile() && there.size === size && (await fileHash(file)) === sha256) return { sha256, size, state: 'unchanged' };
    if (there && !mayReplace)
      throw new UserError('release-changed', `${file} holds other contents under the same version`, { hint: 'give the plugin a new version, or use --force' });
    renameSync(temporary, file);
    syncDirectory(dirname(file));
    return { sha256, size, state: 'written' };
  } catch (error) {
    if (isUserError(error)) throw error;
    throw new UserError(diskCode(error), `Cannot pack ${request.directory} into ${file} (${whyNot(error)})`, {
      ...(errnoOf(error) === undefined ? {} : { hint: 'check what is there and who owns it, or choose another --output' }),
      cause: error,
    });
  } finally {
    tidyUp();
  }
}

function whyNot(error: unknown): string {
  const code = errnoOf(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return error instanceof Error && 'path' in error ? `${code}: ${error.path}` : code;
}

async function writePacked(request: ArchiveRequest, temporary: string): Promise<void> {
  const archive = pack();
  // What is wrong with a file ends the archive, and both are told by the first to fail.
  const filling = fill(archive, request).catch((error: unknown) => void archive.destroy(error as Error));
  await pipeline(archive, createGzip({ level: 9 }), createWriteStream(temporary, { flags: 'wx', mode: 0o644 }));
  await filling;
  const fd = openSync(temporary, 'r+');
  try {
    writeSync(fd, Buffer.from([UNIX]), 0, 1, SYSTEM_AT);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

async function fill(archive: Pack, { directory, entries, folder, mtime }: ArchiveRequest): Promise<void> {
  const common = { mtime: new Date(mtime * 1000), uid: 0, gid: 0, uname: '', gname: '' };
  archive.entry({ ...common, name: `${folder}/`, type: 'directory', mode: 0o755 });
  for (const { path, from = path, kind, mode, size, target } of entries) {
    const name = `${folder}/${path}`;
    if (kind === 'directory') archive.entry({ ...common, name: `${name}/`, type: 'directory', mode });
    else if (kind === 'link') archive.entry({ ...common, name, type: 'symlink', linkname: target, mode: 0o777 });
    else await pipeline(createReadStream(join(directory, from)), archive.entry({ ...common, name, type: 'file', mode, size }));
  }
  archive.finalize();
}
