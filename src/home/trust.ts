import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { askProgram } from '../system/child.ts';
import { foreignCode, remedyFor } from './code-places.ts';

/** A home, and the install that is to run in it. */
export interface Install {
  readonly brand: string;
  readonly home: string;
  readonly packagePath: string;
  readonly build: string;
  /** Named by root's own environment or /etc/default, never by a file in the home; empty when nobody is. */
  readonly systemUser: string;
}

/**
 * Root runs what a home holds: its code must be root's, and nobody else may change it (decision 009).
 * @throws UserError with the remedy; never for other users, or for a home that is yet to be made
 */
export function refuseUntrustedHome({ brand, home, systemUser }: Install): void {
  if (process.getuid?.() !== 0 || !existsSync(home)) return;
  const { user } = ownerOf(home);
  if (statSync(home).uid !== 0) {
    const upper = brand.toUpperCase().replaceAll('-', '_');
    const server = `${systemUser === user ? '' : `name it in ${upper}_SYSTEM_USER; `}${remedyFor(brand)}`;
    throw new UserError('home-not-trusted', `The home ${home} belongs to ${user}, and root runs only code that is root's`, {
      hint: systemUser === user ? server : `run ${brand} as ${user}, or chown the home to root; where ${user} is a server's system user, ${server}`,
    });
  }
  const [first] = foreignCode(home);
  if (!first) return;
  const hint = first.path === home && first.why.startsWith('can be written') ? `chmod go-w ${home}` : remedyFor(brand);
  throw new UserError('home-not-trusted', `${first.path === home ? `The home ${home}` : first.path} ${first.why}, and root runs what it holds`, { hint });
}

/** The folder that says whose a home's state is: apps stand in it, or will. */
export const stateOf = (home: string): string => (existsSync(join(home, 'root')) ? join(home, 'root') : home);

/** Names of a directory's owner and group, or their numbers where they have none. */
export function ownerOf(path: string): { user: string; group: string } {
  const { uid, gid } = statSync(path);
  const { stdout } = askProgram('stat', ['-c', '%U %G', '--', path]);
  const [user = '', group = ''] = stdout.trim().split(' ');
  const named = (name: string, id: number) => (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) && name !== 'UNKNOWN' ? name : String(id));
  return { user: named(user, uid), group: named(group, gid) };
}
