import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../system/processes.ts';

/** How long nothing must have changed in what a process left that no longer runs: it may run where its number means something else. */
const QUIET_MS = 60_000;

/** Makes a folder for a file on its way, whose name says whose it is, and removes those beside it that killed processes left. */
export function folderForFetch(folder: string): string {
  removeLeft(folder);
  return mkdtempSync(join(folder, `.fetch-${process.pid}-`));
}

function removeLeft(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\.fetch-(\d{1,9})-\w{6}$/.exec(name)?.[1];
    if (pid !== undefined && identify(Number(pid)) === undefined) removeQuiet(join(folder, name));
  }
}

function removeQuiet(left: string): void {
  try {
    const { uid } = lstatSync(left);
    const newest = Math.max(...[left, ...readdirSync(left).map((name) => join(left, name))].map((path) => lstatSync(path).mtimeMs));
    if (uid === process.getuid?.() && Date.now() - newest > QUIET_MS) rmSync(left, { recursive: true, force: true });
  } catch {
    // Another fetch may have removed it, or it is somebody else's.
  }
}
