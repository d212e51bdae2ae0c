import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../catalogue/release.ts';
import { errnoOf, UserError } from '../errors.ts';
import { inByteOrder } from '../home/names.ts';
import { statOrNothing } from '../system/links.ts';
import { type NamedFile, readFileName } from './file-names.ts';

/** A file of a directory that is published. */
export interface PublishedFile extends NamedFile {
  /** Below the directory. */
  readonly path: string;
  /** Its own directory, below that one; empty for that one itself. */
  readonly folder: string;
  /** Where it is on this machine. */
  readonly file: string;
  readonly size: number;
  readonly isExecutable: boolean;
}

export interface FoundFiles {
  /** In the order of their paths. */
  readonly files: readonly PublishedFile[];
  readonly problems: readonly Problem[];
}

export interface FindOptions {
  /** Which plugins; by default all. */
  readonly nameFilter?: RegExp | undefined;
  /** Whether directories within are looked into. */
  readonly recursive: boolean;
}

/**
 * Finds the files of a directory that are named as published files are. Links to files are followed, hidden files and links to directories are not.
 * @throws UserError where there is no directory
 */
export function findFiles(directory: string, { nameFilter, recursive }: FindOptions): FoundFiles {
  if (!statOrNothing(directory)?.isDirectory()) {
    throw new UserError('not-a-directory', `${directory} is not a directory`, { hint: 'name the one with the files to publish: -binaries-path DIR' });
  }
  const files: PublishedFile[] = [];
  const problems: Problem[] = [];
  const look = (folder: string): void => {
    for (const entry of entriesOf(join(directory, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (recursive) look(path);
        continue;
      }
      const read = readFileName(entry.name);
      if (read.type === undefined) {
        if (read.text !== undefined) problems.push({ where: path, text: read.text, remedy: read.remedy, disables: read.isError === true });
        continue;
      }
      if (nameFilter?.test(read.name) === false) continue;
      const file = join(directory, path);
      const stat = statOrNothing(file);
      if (stat?.isFile()) files.push({ ...read, path, folder, file, size: stat.size, isExecutable: (stat.mode & 0o111) !== 0 });
      else problems.push({ where: path, text: 'is no file, or a link to none', remedy: 'remove it, or put the file there', disables: true });
    }
  };
  look('');
  return { files, problems };
}

/** What is in a directory, without what is hidden, in byte order. */
function entriesOf(directory: string): Dirent[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
    return entries.sort((a, b) => inByteOrder(a.name, b.name));
  } catch (error) {
    throw new UserError('unreadable-file', `${directory} cannot be read (${errnoOf(error) ?? 'unknown error'})`, {
      hint: 'change its permissions',
      cause: error,
    });
  }
}
