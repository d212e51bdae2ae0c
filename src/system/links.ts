import { lstatSync, readlinkSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../errors.ts';

let serial = 0;

/** A name beside a path that no other process uses: for things that are made whole and then renamed into place. */
export const temporaryBeside = (path: string): string => join(dirname(path), `.tmp-${process.pid}-${serial++}-${Date.now().toString(36)}`);

/** Where a symbolic link points, as written; undefined for anything else. */
export function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Whether anything at all stands at a path, a dangling link included. */
export const somethingAt = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

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
