import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf, UserError } from '../errors.ts';
import { isFile } from '../home/layout.ts';
import { inByteOrder } from '../home/names.ts';
import { statOrNothing } from '../system/links.ts';
import { readSmallFile, whyUnread } from '../system/small-file.ts';

/** A file or a folder that somebody wants imported. */
export interface Place {
  readonly path: string;
  readonly isFolder: boolean;
  /** The names in the folder, in byte order. */
  readonly names: readonly string[];
}

/** Looks at a path. @throws UserError when nothing is there that could be imported */
export function lookAt(path: string): Place {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { path, isFolder: true, names: readdirSync(path).sort(inByteOrder) };
    if (stat.isFile()) return { path, isFolder: false, names: [] };
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new UserError('not-a-source', `${path} ${code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`}`, {
      hint: 'give a folder of programs, a justfile, a Makefile or a package.json',
      cause: error,
    });
  }
  throw new UserError('not-a-source', `${path} is neither a file nor a folder`, {
    hint: 'give a folder of programs, a justfile, a Makefile or a package.json',
  });
}

/** The file of one of these names: the place itself, or in the folder, the first name first. */
export function fileNamed({ path, isFolder, names }: Place, isName: (name: string) => boolean): string | undefined {
  if (!isFolder) return isName(basename(path)) ? path : undefined;
  const name = names.find((one) => isName(one) && isFile(join(path, one)));
  return name === undefined ? undefined : join(path, name);
}

export const isFolderAt = (path: string): boolean => statOrNothing(path)?.isDirectory() === true;

/** The name of the folder that a file or folder is in. */
export const folderName = (path: string): string => basename(dirname(path));

/** More than any file of recipes has. */
const TEXT_BYTES = 2 << 20;

/** The text of a file that lists commands. @throws UserError when it cannot be read, is no text, or is too long */
export function readListing(path: string): string {
  let text: string;
  try {
    text = readSmallFile(path, TEXT_BYTES);
  } catch (error) {
    throw new UserError('unreadable-file', `${path} ${whyUnread(error)}`, { hint: 'nothing was imported', cause: error });
  }
  if (text.includes('\0')) throw new UserError('not-importable', `${path} is no text`, { hint: 'nothing was imported' });
  return text.replaceAll(/\r\n?/g, '\n');
}
