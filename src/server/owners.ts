import { chmodSync, lchownSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

const OTHERS_WRITE = 0o022;

/**
 * Gives a tree to root, from the outside in: each folder is root's, for others to read and not to write, before its entries are looked
 * at, so that nobody can put something else in their place. Links are given, not followed.
 * @param gid the group that goes on reading what its owner could read
 */
export function takeCode(top: string, gid: number): void {
  const left = [top];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const stat = lstatSync(path);
    take(path, stat, gid);
    if (!stat.isDirectory()) continue;
    left.push(...readdirSync(path).map((name) => join(path, name)));
  }
}

/** Gives a folder and the files in it to root, and leaves the folders in it. */
export function takeTop(top: string, gid: number): void {
  take(top, lstatSync(top), gid);
  for (const path of readdirSync(top).map((name) => join(top, name))) {
    const stat = lstatSync(path);
    if (!stat.isDirectory()) take(path, stat, gid);
  }
}

function take(path: string, stat: Stats, gid: number): void {
  const isOwn = stat.uid === 0;
  if (!isOwn) lchownSync(path, 0, gid);
  if (stat.isSymbolicLink()) return;
  // What its owner alone could read, the group now can: hooks that run as the system user need it.
  const read = isOwn ? 0 : (stat.mode & 0o500) >> 3;
  const mode = ((stat.mode & 0o7777) | read) & ~OTHERS_WRITE & ~(isOwn ? 0 : 0o6000);
  if (mode !== (stat.mode & 0o7777)) chmodSync(path, mode);
}

/**
 * Gives what is root's of a tree to an account, from the inside out: while work is done in a folder, it and all above it are root's.
 * A folder that is somebody else's already, or that others can write, is left as it is.
 */
export function giveState(top: string, uid: number, gid: number): void {
  const folders: string[] = [];
  const left = [top];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const stat = lstatSync(path);
    if (stat.uid !== 0) continue;
    if (!stat.isDirectory()) lchownSync(path, uid, gid);
    else if ((stat.mode & OTHERS_WRITE) === 0) {
      folders.push(path);
      left.push(...readdirSync(path).map((name) => join(path, name)));
    }
  }
  for (const folder of folders.reverse()) lchownSync(folder, uid, gid);
}
