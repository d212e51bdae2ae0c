import { lstatSync, readlinkSync, realpathSync, renameSync, rmSync, type Stats, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../errors.ts';

let temporaries = 0;

/** A name beside a path that no other process uses: for things that are made whole and then renamed into place. */
export const temporaryBeside = (path: string): string =>
  // Random bytes would take node:crypto, which takes 2 ms to load.
  join(dirname(path), `.tmp-${process.pid}-${process.hrtime.bigint().toString(36)}${(temporaries++).toString(36)}`);

/** Where a symbolic link points, as written; undefined for anything else. */
export function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Where a symbolic link points that leads to nothing; undefined for one that leads somewhere, and for anything else. */
export const lostTarget = (path: string): string | undefined => (statOrNothing(path) || barredFolder(path) !== undefined ? undefined : linkTarget(path));

/** Whether anything at all stands at a path, a dangling link included. */
export function somethingAt(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A name too long, a file where a folder should be: nothing can stand there.
    return false;
  }
}

/** What a path leads to; undefined for nothing, and for a circle of links, a name too long, or a file taken for a folder. */
export function statOrNothing(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The folder that this user may not look into on the way to a path; undefined where nothing keeps it from being looked at. */
export function barredFolder(path: string): string | undefined {
  let barred: string | undefined;
  for (let at = path; isBarred(at); at = dirname(at)) barred = dirname(at);
  return barred === undefined ? undefined : realFile(barred);
}

function isBarred(path: string): boolean {
  try {
    statSync(path, { throwIfNoEntry: false });
    return false;
  } catch (error) {
    return errnoOf(error) === 'EACCES';
  }
}

/** Where a file really stands, so that a link to it stays one when it is written anew. */
export function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Makes or replaces a symbolic link in one step: a reader sees the old one or the new one. */
export function placeLink(path: string, target: string): void {
  if (linkTarget(path) === target) return;
  const temporary = temporaryBeside(path);
  symlinkSync(target, temporary);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes a symbolic link; nothing there is fine, anything but a link stays. */
export function removeLink(path: string): void {
  if (linkTarget(path) === undefined) return;
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
