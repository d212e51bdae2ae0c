import { isDeepStrictEqual } from 'node:util';
import { type IndexEntry, identityOf } from './index-entry.ts';

/** What is different between two states of an index, each as `NAME VERSION`. */
export interface IndexChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Compares the entries of two states of an index, whatever their order. */
export function changesBetween(before: readonly IndexEntry[], after: readonly IndexEntry[]): IndexChanges {
  const old = new Map(before.map((entry) => [identityOf(entry), entry]));
  const now = new Set(after.map(identityOf));
  const label = ({ name, type, version }: IndexEntry): string => `${type === undefined ? '' : `${type} `}${name} ${version}`;
  return {
    added: after.filter((entry) => !old.has(identityOf(entry))).map(label),
    changed: after.filter((entry) => old.has(identityOf(entry)) && !isDeepStrictEqual(entry, old.get(identityOf(entry)))).map(label),
    removed: before.filter((entry) => !now.has(identityOf(entry))).map(label),
  };
}
