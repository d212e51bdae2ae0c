import { join } from 'node:path';
import { statOrNothing } from '../system/links.ts';

/**
 * The file of a directory that an address of an index is of: the one at as many of the last parts of the address as there are directories for. The address
 * may be anybody's: no part of it leads out of the directory.
 * @returns undefined where there is none
 */
export function findArchive(directory: string, address: string): string | undefined {
  const parts = partsOf(address);
  for (let first = 0; first < parts.length; first++) {
    const path = join(directory, ...parts.slice(first));
    if (statOrNothing(path)?.isFile()) return path;
  }
  return undefined;
}

/** The parts of an address's path as names of files; none where one of them is no such name. */
function partsOf(address: string): string[] {
  try {
    const parts = new URL(address).pathname.split('/').filter((part) => part !== '');
    const names = parts.map(decodeURIComponent);
    return names.every((name) => name !== '.' && name !== '..' && !/[/\0]/.test(name)) ? names : [];
  } catch {
    return [];
  }
}
