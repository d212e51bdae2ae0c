import { existsSync } from 'node:fs';
import { UserError } from '../errors.ts';

/**
 * In front of what prepares a home or changes something: elsewhere than on Linux, or without /proc, no process can be told apart from one that is gone,
 * and what a live one is making would be taken for left behind.
 * @throws UserError naming what is needed
 */
export function needLinux(): void {
  if (process.platform !== 'linux') {
    throw new UserError('system-not-supported', `This runs on Linux, and ${process.platform} is another system`, {
      hint: 'on Windows use WSL 2, elsewhere a virtual machine',
    });
  }
  if (!existsSync('/proc/self/stat'))
    throw new UserError('system-not-supported', '/proc is not mounted', { hint: 'mount it, as root: mount -t proc proc /proc' });
}
