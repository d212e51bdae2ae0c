import { askProgram } from './child.ts';

/** The name of a user, or `user 999` where that number has none. */
export function userName(uid: number): string {
  const [name = ''] = askProgram('getent', ['passwd', '--', String(uid)]).stdout.split(':');
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(name) ? name : `user ${uid}`;
}
