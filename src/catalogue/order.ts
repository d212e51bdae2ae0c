import type { Release } from './release.ts';
import { schemeNamed } from './versions/schemes.ts';

/** What holds the releases of one name and type together. */
const keyOf = ({ name, type = '' }: Pick<Release, 'name' | 'type'>): string => `${type}/${name}`;

/**
 * The releases of one name and type, newest first. Those whose version has no order (`nightly`) stand behind those that have one, as listed; an index
 * lists what is newer first.
 */
export const newestFirst = (releases: readonly Release[]): Release[] =>
  releases.toSorted((a, b) => {
    if (a.scheme !== b.scheme) return a.scheme === 'opaque' ? 1 : b.scheme === 'opaque' ? -1 : 0;
    return schemeNamed(a.scheme).compare(b.version, a.version);
  });

/** What releases are in, by their name and type, as listed. */
export function byKey<T>(items: readonly T[], releaseIn: (item: T) => Pick<Release, 'name' | 'type'>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(releaseIn(item));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
