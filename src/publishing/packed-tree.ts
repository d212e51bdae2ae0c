import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { diskCode, errnoOf, isUserError, UserError } from '../errors.ts';
import { inByteOrder } from '../home/names.ts';
import { ArchivePolicy, DEFAULT_LIMITS, type EntryKind, isLeftByMacOs } from '../sources/archive/policy.ts';
import { realFile } from '../system/links.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';

/** What an archive gets of a tree. */
export interface PackedEntry {
  /** From the plugin's directory on. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Where its bytes are, from the directory on, if that is not at its path. */
  readonly from?: string;
  /** As an install sets it, whatever it is here. */
  readonly mode: number;
  /** In bytes; 0 for what is no file. */
  readonly size: number;
  /** Where a link leads. */
  readonly target: string;
}

/** What lists the files that stay out of the archive, as .gitignore does. */
export const PACK_IGNORE = '.toolignore';

/** What git, editors and file managers leave beside the files of a plugin. */
const isLeftover = (name: string): boolean => name === '.git' || isLeftByMacOs(name) || /^\.#|~$|^#.*#$|^\..*\.sw[a-p]$/.test(name);

/**
 * What of a plugin's directory is packed, in byte order: all but leftovers and what its .toolignore lists. It is held to what an install allows.
 * @param folder the one that the archive has all in
 * @param output where archives go: what is there is no part of a plugin that it is in
 * @param isLeft what is left out besides
 * @throws UserError naming what cannot be read, or could not be installed
 */
export async function packedTree(directory: string, folder: string, output?: string, isLeft: (path: string) => boolean = () => false): Promise<PackedEntry[]> {
  const policy = new ArchivePolicy(directory, Number.POSITIVE_INFINITY, DEFAULT_LIMITS);
  try {
    const isListed = await ignored(directory);
    const own = output === undefined ? undefined : relative(realpathSync(directory), realFile(resolve(output)));
    const entries = walk(directory, policy, folder, (path) => path === `${own}/` || isListed(path) || isLeft(path));
    for (const { path, kind, target } of entries) if (kind === 'link') policy.checkLink(`${folder}/${path}`, target);
    return entries.sort((a, b) => inByteOrder(a.path, b.path));
  } catch (error) {
    if (isUserError(error)) throw new UserError(error.code, error.message, { hint: hintFor(error), cause: error });
    if (error instanceof Error && 'path' in error) throw new UserError(diskCode(error), `${error.path} cannot be packed (${errnoOf(error)})`, { cause: error });
    throw error;
  }
}

/** Of the words of an install only what it says of the tree fits. */
const hintFor = ({ hint }: UserError): string => (hint === undefined || hint.startsWith('nothing') ? 'it could not be installed from an archive' : hint);

async function ignored(directory: string): Promise<(path: string) => boolean> {
  const file = join(directory, PACK_IGNORE);
  let text: string;
  try {
    text = readSmallFile(file, SETTINGS_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return () => false;
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, { cause: error });
  }
  const { default: ignore } = await import('ignore');
  const patterns = ignore({ ignorecase: false }).add(text);
  return (path) => path === PACK_IGNORE || patterns.ignores(path);
}

function walk(top: string, policy: ArchivePolicy, folder: string, isIgnored: (path: string) => boolean): PackedEntry[] {
  const entries: PackedEntry[] = [];
  const folders = [''];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    // A name that is no UTF-8 has a replacement character in it, and is refused.
    for (const name of readdirSync(join(top, at)).filter((entry) => !isLeftover(entry))) {
      const path = at === '' ? name : `${at}/${name}`;
      const stat = lstatSync(join(top, path), { throwIfNoEntry: false });
      if (isIgnored(stat?.isDirectory() ? `${path}/` : path)) continue;
      const kind = stat === undefined || stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : undefined;
      const admitted = policy.admit({ name: `${folder}/${path}`, kind, kindName: kind ?? 'special file', mode: stat?.mode ?? 0 });
      const size = kind === 'file' ? (stat?.size ?? 0) : 0;
      policy.count(size);
      if (kind === 'directory') folders.push(path);
      if (admitted) entries.push({ path, kind: admitted.kind, mode: admitted.mode, size, target: kind === 'link' ? readlinkSync(join(top, path)) : '' });
    }
  }
  return entries;
}

/** @throws UserError where an install would take an archive that is so small, and holds so much, for an attack */
export function checkRatio(label: string, entries: readonly PackedEntry[], packedBytes: number): void {
  try {
    new ArchivePolicy(label, packedBytes, DEFAULT_LIMITS).count(entries.reduce((sum, { size }) => sum + size, 0));
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw new UserError('too-large', error.message, { hint: `list the files that are mostly alike in ${PACK_IGNORE}`, cause: error });
  }
}
