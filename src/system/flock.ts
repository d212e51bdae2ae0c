import { UserError } from '../errors.ts';
import { CANNOT_START, startChild } from './child.ts';

const BUSY = 1;

/**
 * Locks an open file by flock(1) on the same open file description: it is held until this process closes it or dies (decision 005).
 * @param what is locked, for messages: `the store of plugins`
 * @returns whether it is locked: not where somebody else holds it, and the flags say not to wait for them
 * @throws UserError where it cannot be locked at all
 */
export async function flock(what: string, fd: number, ...flags: string[]): Promise<boolean> {
  const status = await startChild('flock', ['-x', ...flags, '3'], { stdio: ['ignore', 'ignore', 'inherit', fd] }).exited;
  if (status === CANNOT_START) {
    throw new UserError('program-missing', `flock is not on PATH, and ${what} cannot be locked without it`, { hint: 'install util-linux' });
  }
  if (status !== 0 && status !== BUSY) throw new UserError('file-system-error', `${what} cannot be locked`);
  return status === 0;
}
