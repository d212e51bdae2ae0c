import { execFileSync } from 'node:child_process';

/** The name of a user, or `user 999` where that number has none. */
export function userName(uid: number): string {
  try {
    const [name = ''] = execFileSync('getent', ['passwd', '--', String(uid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(':');
    if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(name)) return name;
  } catch {
    // None of that number.
  }
  return `user ${uid}`;
}
