import { join } from 'node:path';
import { errnoOf, isUserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { statOrNothing } from '../system/links.ts';
import { LIST_BYTES, readSmallFile } from '../system/small-file.ts';
import { parseTreeListing, readTree, type TreeEntry, treeHash, writtenPath } from '../system/tree-hash.ts';
import type { Receipt } from './receipts.ts';

/** Something in a plugin's directory that is not as it was installed. */
export interface Drift {
  readonly path: string;
  readonly change: 'modified' | 'missing' | 'permissions' | 'added';
  /** For permissions: what they were and what they are, in octal. */
  readonly detail?: string;
}

/** What became of a plugin's files; `problem` where they cannot be compared. */
export interface TreeCheck {
  readonly drift: readonly Drift[];
  readonly problem?: string;
}

/** Compares a plugin's files, or those of a kept generation, with what its hooks left when it was installed. `.git` is git's own. */
export function checkTree(layout: Layout, receipt: Receipt, place = join(layout.available, receipt.name)): TreeCheck {
  if (!statOrNothing(place)?.isDirectory()) return { drift: [], problem: `${place} is no longer a directory` };
  const expected = listingOf(layout, receipt);
  if (!expected) return { drift: [], problem: 'there is no list of its files; update or install it again to have one' };
  if (treeHash(expected) !== receipt.installedHash) return { drift: [], problem: 'the list of its files is not the one that its receipt was made with' };
  return { drift: compare(expected, readTree(place)) };
}

function listingOf(layout: Layout, { name, generation }: Receipt): TreeEntry[] | undefined {
  try {
    return parseTreeListing(readSmallFile(storePaths(layout.pluginPath).listing(name, generation), LIST_BYTES));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || isUserError(error)) return undefined;
    throw error;
  }
}

function compare(expected: readonly TreeEntry[], found: readonly TreeEntry[]): Drift[] {
  const now = new Map(found.map((entry) => [writtenPath(entry.path), entry]));
  const drift: Drift[] = [];
  for (const entry of expected) {
    const path = writtenPath(entry.path);
    const is = now.get(path);
    now.delete(path);
    if (!is) drift.push({ path, change: 'missing' });
    else if (is.digest !== entry.digest || coarse(is) !== coarse(entry)) drift.push({ path, change: 'modified' });
    else if (is.mode !== entry.mode) drift.push({ path, change: 'permissions', detail: `${octal(entry.mode)} became ${octal(is.mode)}` });
  }
  // What stands in an added directory is added with it.
  const added = [...now.keys()];
  const inAdded = (path: string): boolean => now.has(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  return [...drift, ...added.filter((path) => !inAdded(path)).map((path) => ({ path, change: 'added' as const }))];
}

/** A kind without the execute bit, which is a permission. */
const coarse = ({ kind }: TreeEntry): string => (kind === 'program' ? 'file' : kind);
const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
