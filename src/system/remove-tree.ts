import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { temporaryBeside } from './links.ts';

/**
 * Removes whatever stands at a path; links are not followed. Trees that are deeper than a stack or a path's length go as well, and so do folders
 * that their owner may not write.
 * @returns whether nothing is left of it
 */
export function removeTree(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return removeFlattened(path);
  }
}

/** Every folder is brought up to the top before it is looked into, so that no path gets long and nothing is called by itself. */
function removeFlattened(root: string): boolean {
  try {
    if (!lstatSync(root).isDirectory()) {
      unlinkSync(root);
      return true;
    }
    const found = [root];
    for (let folder = found.pop(); folder !== undefined; folder = found.pop()) {
      open(folder);
      for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
        const place = Buffer.concat([Buffer.from(`${folder}/`), entry.name]);
        if (!entry.isDirectory()) unlinkSync(place);
        else {
          open(place);
          const up = temporaryBeside(join(root, 'x'));
          renameSync(place, up);
          found.push(up);
        }
      }
      if (folder !== root) rmdirSync(folder);
    }
    rmdirSync(root);
    return true;
  } catch (error) {
    return errnoOf(error) === 'ENOENT' && !lstatSync(root, { throwIfNoEntry: false });
  }
}

/** Root needs no leave, and a mode that root changes could be another file's by then. */
function open(folder: string | Buffer): void {
  if (process.getuid?.() !== 0) chmodSync(folder, 0o700);
}
