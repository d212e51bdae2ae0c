import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { errnoOf } from '../errors.ts';
import { temporaryBeside } from './links.ts';

/**
 * Makes a folder under another name and renames it into place, so that it is whole whenever it is there. One that another command made meanwhile stays.
 * @param fill makes what is to be in it, in the folder that it is given
 */
export function makeWholeFolder(path: string, fill: (folder: string) => void): void {
  const made = temporaryBeside(path);
  mkdirSync(made, { recursive: true });
  try {
    fill(made);
    renameSync(made, path);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!['EEXIST', 'ENOTEMPTY'].includes(errnoOf(error) ?? '')) throw error;
  }
}
