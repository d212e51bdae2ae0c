import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { foreignCode, foreignness } from '../home/code-places.ts';
import type { Environment, Layout } from '../home/layout.ts';
import { askProgram } from '../system/child.ts';
import { needLinux } from '../system/linux.ts';
import { type Account, findAccount, groupExists } from './accounts.ts';

/** What of a home the system user's commands work on. */
export const STATE_FOLDERS = ['root', 'config', 'data', 'services', 'log', 'cache', 'run'];

/** What a server is made of, as it stands: read once, so that plans and findings are functions of it. */
export interface ServerFacts {
  readonly brand: string;
  readonly home: string;
  readonly packagePath: string;
  readonly build: string;
  /** The path that people type, which sudoers has to name. */
  readonly command: string;
  readonly nodeFolder: string;
  readonly hasSudo: boolean;
  readonly hasUserTools: boolean;
  /** /etc/default/<brand>, and whom it names. */
  readonly defaults: { readonly path: string; readonly text: string | undefined; readonly user: string; readonly home: string };
  readonly sudoers: { readonly path: string; readonly text: string | undefined };
  /** The system user that is named, or asked for. */
  readonly user: string;
  readonly account: Account | undefined;
  readonly group: { readonly name: string; readonly exists: boolean };
  /** Folders above the home that others than root can change. */
  readonly above: readonly Place[];
  readonly code: readonly (Place & { readonly isLink: boolean })[];
  /** Plugins that lead to what others than root can change. */
  readonly led: readonly (Place & { readonly isInside: boolean })[];
  readonly packageProblem: string;
  /** Folders of state that stand, by their owners. */
  readonly state: readonly { readonly path: string; readonly uid: number; readonly isDirectory: boolean }[];
  readonly isPrepared: boolean;
  /** Whether the account has a file of keys. */
  readonly hasKeys: boolean;
  /** Processes of the account. */
  readonly running: readonly number[];
}

interface Place {
  readonly path: string;
  readonly why: string;
}

/** Looks at this machine as root; `asked` is the system user that was asked for, or empty. */
export function gatherServerFacts({ brand, home, packagePath }: Layout, env: Environment, asked: string): ServerFacts {
  needLinux();
  const defaults = readDefaults(brand);
  const user = asked || defaults.user || (env.TOOL_HOP_USER ?? '') || brand;
  const account = findAccount(user);
  const build = /tool_build='?([0-9a-f]+)/.exec(readOrNothing(join(packagePath, 'dist/build.sh')) ?? '')?.[1] ?? '';
  const find = (program: string) => programPath(packagePath, env, program);
  return {
    ...{ brand, home, packagePath, build, defaults, user, account },
    command: commandPath({ brand, packagePath }, env),
    nodeFolder: dirname(process.execPath),
    hasSudo: find('sudo') !== undefined && find('visudo') !== undefined,
    hasUserTools: find('useradd') !== undefined && find('groupadd') !== undefined,
    sudoers: fileAt(`/etc/sudoers.d/${brand}`),
    group: { name: `${user}-users`, exists: groupExists(`${user}-users`) },
    above: above(home).flatMap((folder) => {
      const why = foreignness(folder);
      return why === '' || isSticky(folder) ? [] : [{ path: folder, why }];
    }),
    code: foreignCode(home),
    led: ['available', 'enabled'].flatMap((folder) => pluginsLedElsewhere(join(home, 'plugins', folder))),
    packageProblem: foreignness(realpathSync(packagePath)),
    state: STATE_FOLDERS.map((folder) => join(home, folder)).flatMap((place) => {
      const stat = lstatSync(place, { throwIfNoEntry: false });
      return stat ? [{ path: place, uid: stat.uid, isDirectory: stat.isDirectory() }] : [];
    }),
    isPrepared: existsSync(join(home, `env${packagePath}`, `${build}.sh`)),
    hasKeys: account !== undefined && existsSync(join(account.home, '.ssh/authorized_keys')),
    running: account ? processesOf(account.uid) : [],
  };
}

/** The path that people type: what is found first on PATH, but for what tool itself puts in front of it. */
export const commandPath = ({ brand, packagePath }: Pick<Layout, 'brand' | 'packagePath'>, env: Environment): string =>
  programPath(packagePath, env, brand) ?? join(packagePath, 'bin', brand);

function programPath(packagePath: string, env: Environment, program: string): string | undefined {
  const own = [join(packagePath, 'bin'), join(packagePath, 'libexec')];
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/') && !own.includes(folder));
  return folders.map((folder) => join(folder, program)).find(mayRun);
}

function readDefaults(brand: string): ServerFacts['defaults'] {
  const { path, text } = fileAt(`/etc/default/${brand}`);
  if (text === undefined) return { path, text, user: '', home: '' };
  const upper = brand.toUpperCase().replaceAll('-', '_');
  const { status, stdout: printed } = askProgram('bash', ['--norc', '-c', 'set -a && . "$1" >/dev/null && exec env -0', 'bash', path], {
    env: { PATH: process.env.PATH ?? '' },
  });
  if (status !== 0) throw new UserError('bad-settings', `bash cannot source ${path}`, { hint: 'fix it, or move it away' });
  const said = Object.fromEntries(printed.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return {
    ...{ path, text },
    user: said[`${upper}_SYSTEM_USER`] || said.TOOL_SYSTEM_USER || said.DOKKU_SYSTEM_USER || '',
    home: said[`${upper}_HOME`] || said.TOOL_HOME || '',
  };
}

const fileAt = (path: string) => ({ path, text: readOrNothing(path) });

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function above(home: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(home); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) return folders;
  }
}

/** In a sticky folder nobody can take away what is root's. */
const isSticky = (folder: string): boolean => {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o1000) !== 0;
};

function pluginsLedElsewhere(folder: string): ServerFacts['led'] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, why: foreignness(realpathSync(path)), isInside: realpathSync(path).startsWith(`${realpathSync(dirname(folder))}/`) }))
    .filter(({ why }) => why !== '');
}

function processesOf(uid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid === uid)
    .map(Number);
}
