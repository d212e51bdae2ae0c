import { chmodSync, copyFileSync, type Dirent, mkdirSync, readdirSync, readlinkSync, realpathSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskCode, errnoOf, isUserError, UserError } from '../../errors.ts';
import { DEPTH_HINT } from '../../plugins/depth-limit.ts';
import { beyond, LONGEST_PATH } from '../../system/tree-hash.ts';
import { checkedOutMode } from '../tree-modes.ts';

/**
 * Copies a plugin directory: files, programs, folders and links, which are not followed. Modes become what git would make of them.
 * @param depth how deep it may be
 * @param without names at its top that are left out
 * @throws UserError naming what cannot be copied
 */
export function copyDirectory(source: string, target: string, depth: number, without: readonly string[] = []): void {
  try {
    if (`${realpathSync(dirname(target))}/`.startsWith(`${realpathSync(source)}/`)) throw refusal(source, 'the home is inside of it');
    copyTree(source, target, depth, without);
  } catch (error) {
    if (isUserError(error)) throw error;
    const place = error instanceof Error && 'path' in error ? String(error.path) : source;
    throw new UserError(diskCode(error), `Cannot copy ${place} (${errnoOf(error) ?? error})`, { hint: 'nothing was installed', cause: error });
  }
}

const refusal = (source: string, reason: string, hint = 'nothing of it was installed'): UserError =>
  new UserError('source-refused', `${source} is refused: ${reason}`, { hint });

function copyTree(source: string, target: string, depthLimit: number, without: readonly string[]): void {
  const folders: { path: Buffer; depth: number }[] = [{ path: Buffer.alloc(0), depth: 0 }];
  for (let next = folders.pop(); next; next = folders.pop()) {
    const { path: folder, depth } = next;
    const [from, to] = [below(source, folder), below(target, folder)];
    mkdirSync(to, { mode: 0o755 });
    for (const entry of readdirSync(from, { withFileTypes: true, encoding: 'buffer' }) as unknown as Dirent<Buffer>[]) {
      if (folder.length === 0 && without.includes(entry.name.toString())) continue;
      const path = folder.length === 0 ? entry.name : Buffer.concat([folder, SLASH, entry.name]);
      if (depth + 1 > depthLimit || path.length > LONGEST_PATH) throw refusal(source, beyond(path, depth + 1, depthLimit), DEPTH_HINT);
      if (entry.isDirectory()) folders.push({ path, depth: depth + 1 });
      else if (entry.isFile()) copyFile(below(source, path), below(target, path));
      else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(below(source, path), { encoding: 'buffer' }), below(target, path));
      else throw refusal(source, `"${path}" is neither a file nor a folder nor a link`);
    }
  }
}

const SLASH = Buffer.from('/');
/** Names are bytes, so that one that is no UTF-8 stays what it is. */
const below = (root: string, path: Buffer): Buffer => Buffer.concat([Buffer.from(`${root}/`), path]);

function copyFile(from: Buffer, to: Buffer): void {
  copyFileSync(from, to);
  const { mode, atime, mtime } = statSync(from);
  chmodSync(to, checkedOutMode(mode));
  utimesSync(to, atime, mtime);
}
