import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../errors.ts';
import { statOrNothing } from './links.ts';

/**
 * Makes a folder, and what is missing above it, a step at a time: Node's own recursive mkdir never ends where mkdir says ENOENT in a folder that is there, as in /proc.
 * One that another process made meanwhile is as good.
 * @param mode that of each folder that is made, less the umask
 * @throws what mkdir throws, ENOTDIR and EACCES among it
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (isFolder(path)) return;
  // What is there and no folder is told by the mkdir below it, as ENOTDIR.
  if (!existsSync(dirname(path))) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

const isFolder = (path: string): boolean => statOrNothing(path)?.isDirectory() === true;
