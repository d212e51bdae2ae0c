import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, UserError } from '../errors.ts';
import { userName } from '../system/user-name.ts';
import { isPluginName } from './names.ts';
import { storePaths } from './store-paths.ts';
import { keyFiles } from './trusted-key-files.ts';

/** What of a home only its code's owner may change, from the outside in; what is missing is nobody's. */
const CODE_FOLDERS = [
  '',
  'plugins',
  'core-plugins',
  'core-plugins/available',
  'core-plugins/enabled',
  'core-plugins/enabled-by-name',
  'core-plugins/event-bridge',
  'core-plugins/event-log',
  'env',
  'trust',
  'trust/for',
];

/** Why a place is not root's alone; empty when it is, or when nothing is there. */
export function foreignness(path: string): string {
  const itself = lookAt(path, lstatSync);
  if (!itself) return '';
  if (itself.uid !== 0) return `belongs to ${userName(itself.uid)}`;
  // Root's own link may lead to another disk, but not to what somebody else can change.
  const stat = itself.isSymbolicLink() ? lookAt(path, statSync) : itself;
  if (!stat) return '';
  if (stat.uid !== 0) return `leads to what belongs to ${userName(stat.uid)}`;
  const groupMayWrite = (stat.mode & 0o020) !== 0 && stat.gid !== 0;
  return (stat.mode & 0o002) !== 0 || groupMayWrite ? 'can be written by other users' : '';
}

/** The places of a home's code that are not root's alone, with the reason for each: outermost first. */
export function foreignCode(home: string): { readonly path: string; readonly why: string; readonly isLink: boolean }[] {
  return [...CODE_FOLDERS.map((folder) => join(home, folder)), ...trustPlaces(home), ...storePlaces(join(home, 'plugins'))]
    .map((path) => ({ path, why: foreignness(path), isLink: lookAt(path, lstatSync)?.isSymbolicLink() ?? false }))
    .filter(({ why }) => why !== '');
}

/**
 * In front of every change to the plugins: no path of the store leads elsewhere, and root changes only what is root's. What was looked at
 * can then be changed by nobody but its owner.
 * @throws UserError naming the path and a remedy
 */
export function refuseForeignStore(pluginPath: string): void {
  const { pending, lock, addresses, store } = storePaths(pluginPath);
  for (const file of [pending, lock, addresses, join(store, '.config.lock')]) {
    const stat = lookAt(file, lstatSync);
    if (stat && !stat.isFile()) throw leadsElsewhere(file, 'not a regular file');
  }
  for (const folder of [...innerPlaces(store), ...repositoryPlaces(pluginPath)]) {
    const stat = lookAt(folder, lstatSync);
    if (stat && !stat.isDirectory()) throw leadsElsewhere(folder, 'not a directory');
  }
  // plugn outside tool works where its caller says, as plugn does.
  if (process.getuid?.() !== 0 || !process.env.TOOL_ABI) return;
  for (const path of [pluginPath, ...storePlaces(pluginPath), pending, lock, addresses]) {
    const why = foreignness(path);
    if (why !== '') throw new UserError('home-not-trusted', `${path} ${why}, and root changes only what root alone can change`, { hint: remedyFor('tool') });
  }
}

/** What brings a home's code to root. */
export const remedyFor = (brand: string): string => `\`${brand} server:setup --dry-run\` shows what would bring it to root`;

const leadsElsewhere = (path: string, what: string) =>
  new UserError('home-not-trusted', `${path} in the store is ${what}, and nothing behind it is changed`, { hint: 'check where it leads, then remove it' });

function storePlaces(pluginPath: string): string[] {
  const folders = ['available', 'enabled', 'config-exports', 'config.toml', 'store'].map((name) => join(pluginPath, name));
  return [...folders, ...innerPlaces(join(pluginPath, 'store')), ...repositoryPlaces(pluginPath)];
}

/** Whose signatures are believed is said by who says which code runs. */
const trustPlaces = (home: string): string[] => [...new Set(keyFiles(home).flatMap(({ path }) => [dirname(path), path]))];

/** The copies of indexes, and what was downloaded: an index says which bytes root installs. */
function repositoryPlaces(pluginPath: string): string[] {
  const folder = join(pluginPath, 'repositories');
  const names = entriesOf(folder).filter((name) => !name.startsWith('.'));
  return [folder, ...['.downloads', ...names].map((name) => join(folder, name))];
}

/** The folders inside the store: its own, and two a plugin. */
function innerPlaces(store: string): string[] {
  const names = entriesOf(store).filter((name) => isPluginName(name) && name !== 'pending');
  const own = ['.staging', '.guards', '.app-guards', '.modules'].map((name) => join(store, name));
  return [store, ...own, ...names.flatMap((name) => [join(store, name), join(store, name, 'receipts')])];
}

function entriesOf(folder: string): string[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder) : [];
  } catch {
    return [];
  }
}

function lookAt(path: string, look: (path: string) => Stats): Stats | undefined {
  try {
    return look(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
