import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { UserError } from '../errors.ts';

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
 * Root runs what a home holds: it must be root's, or the system user's, and nobody else may write it (DESIGN "The environment").
 * @throws UserError REFUSED with the remedy; never for other users, or for a home that is yet to be made
 */
export function refuseUntrustedHome({ brand, home, systemUser }: Install): void {
  if (process.getuid?.() !== 0 || !existsSync(home)) return;
  const { uid, gid, mode } = statSync(home);
  const upper = brand.toUpperCase().replaceAll('-', '_');
  const owner = ownerOf(home);
  if (uid !== 0 && owner.user !== systemUser) {
    throw new UserError('REFUSED', `The home ${home} belongs to ${owner.user}, and root runs only what root or the system user owns`, {
      hint: `run ${brand} as ${owner.user}, or chown the home to root, or name its owner in ${upper}_SYSTEM_USER`,
    });
  }
  const groupMayWrite = (mode & 0o020) !== 0 && gid !== 0 && owner.group !== systemUser;
  if ((mode & 0o002) !== 0 || groupMayWrite) {
    throw new UserError('REFUSED', `The home ${home} can be written by other users, and root runs what it holds`, { hint: `chmod go-w ${home}` });
  }
}

/** Names of a directory's owner and group, or their numbers where they have none. */
export function ownerOf(path: string): { user: string; group: string } {
  const { uid, gid } = statSync(path);
  try {
    const [user = '', group = ''] = execFileSync('stat', ['-c', '%U %G', '--', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split(' ');
    const named = (name: string, id: number) => (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) && name !== 'UNKNOWN' ? name : String(id));
    return { user: named(user, uid), group: named(group, gid) };
  } catch {
    return { user: String(uid), group: String(gid) };
  }
}
