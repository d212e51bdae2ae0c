import { closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskCode, errnoOf, UserError } from '../errors.ts';
import { flock } from '../system/flock.ts';
import { needLinux } from '../system/linux.ts';
import { useStoreModes } from '../system/store-modes.ts';
import { refuseForeignStore } from './code-places.ts';

const WAIT_BEFORE_SAYING_SECONDS = 1;
const WHAT = 'the store of plugins';

/** @param file in the store, which is looked at first: whoever changes something there holds one of its locks */
function openLock(file: string): number {
  needLinux();
  useStoreModes();
  refuseForeignStore(dirname(dirname(file)));
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o644);
  } catch (error) {
    if (errnoOf(error) !== 'EACCES' || !existsSync(file)) throw cannotLock(file, error);
  }
  try {
    // Made by root for the system user, say: to lock it, reading is enough.
    return openSync(file, O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    throw cannotLock(file, error);
  }
}

/** What stands there, where a lock or the folder it is in should be. */
const IN_THE_WAY = /^(EISDIR|ENOTDIR|EEXIST|ELOOP|ENXIO)$/;

function cannotLock(file: string, error: unknown): UserError {
  const code = errnoOf(error) ?? '';
  const hint = IN_THE_WAY.test(code)
    ? 'something else stands there; move it away'
    : code === 'ENOSPC'
      ? 'free some space'
      : 'run this as the user that owns it';
  return new UserError(diskCode(error), `Cannot change plugins: ${file} (${code})`, { hint, cause: error });
}

/**
 * Runs a change while no other runs. Others queue.
 * @param onWait called once when another change has held the lock for a second
 */
export async function withMutex<T>(file: string, onWait: () => void, change: () => Promise<T>): Promise<T> {
  const fd = openLock(file);
  try {
    if (!(await flock(WHAT, fd, '-w', String(WAIT_BEFORE_SAYING_SECONDS)))) {
      onWait();
      await flock(WHAT, fd);
    }
    return await change();
  } finally {
    closeSync(fd);
  }
}

/** Runs something only if no change is under way. @returns whether it ran */
export async function ifMutexFree(file: string, action: () => Promise<void> | void): Promise<boolean> {
  const fd = openLock(file);
  try {
    if (!(await flock(WHAT, fd, '-n'))) return false;
    await action();
    return true;
  } finally {
    closeSync(fd);
  }
}
