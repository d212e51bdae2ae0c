import { askProgram } from '../system/child.ts';

/** An account of this machine. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Looks an account up, wherever accounts come from; undefined when there is none. */
export function findAccount(name: string): Account | undefined {
  const [found, , uid, gid, , home = '', shell = ''] = lookUp('passwd', name).split(':');
  return found ? { name: found, uid: Number(uid), gid: Number(gid), home, shell } : undefined;
}

/** Whether a group of that name is there. */
export const groupExists = (name: string): boolean => lookUp('group', name) !== '';

function lookUp(database: 'passwd' | 'group', name: string): string {
  const { status, stdout } = askProgram('getent', [database, '--', name]);
  return status === 0 ? stdout.trim() : '';
}

/** What runs a program as an account: root does no file work of its own in what is that account's. */
export const asAccount = ({ name, gid, uid, home }: Pick<Account, 'name' | 'uid' | 'gid' | 'home'>, argv: readonly string[]): string[] => [
  ...['setpriv', '--reuid', String(uid), '--regid', String(gid), '--init-groups', '--', 'env', `HOME=${home}`, `USER=${name}`],
  ...argv,
];
