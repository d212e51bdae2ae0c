import type { Release } from './release.ts';

/** One name and type, small: a search reads all of them from a cache. `platforms` are of its newest version: `linux/amd64 darwin/any`. */
export type SearchRow = readonly [name: string, type: string, version: string, description: string, platforms: string];

/** The rows of an index, in byte order of names. */
export function toSearchRows(_releases: readonly Release[]): SearchRow[] {
  throw new Error('being written');
}

/** The rows that a term fits, best first; all of them for an empty one. */
export function search(_rows: readonly SearchRow[], _term: string): SearchRow[] {
  throw new Error('being written');
}
