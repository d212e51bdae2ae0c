import { UserError } from '../../errors.ts';

/** @throws UserError REFUSED for everybody but root */
export function refuseUnlessRoot(command: string): void {
  if (process.getuid?.() !== 0) throw new UserError('REFUSED', `${command} must be run as root`);
}
