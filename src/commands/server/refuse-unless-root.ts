import { UserError } from '../../errors.ts';

/** @throws UserError for everybody but root */
export function refuseUnlessRoot(command: string): void {
  if (process.getuid?.() !== 0) throw new UserError('not-root', `${command} must be run as root`);
}
