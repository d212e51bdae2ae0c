import type { Release } from './release.ts';
import { schemeNamed } from './versions/schemes.ts';

/** What holds the releases of one name and type together. */
export const keyOf = ({ name, type = '' }: Pick<Release, 'name' | 'type'>): string => `${type}/${name}`;

/**
 * The releases of one name and type, newest first. Those whose version has no order (`nightly`) stand behind those that have one, as listed; an index
 * lists what is newer first.
 */
export const newestFirst = (releases: readonly Release[]): Release[] =>
  releases.toSorted((a, b) => {
    if (a.scheme !== b.scheme) return a.scheme === 'opaque' ? 1 : b.scheme === 'opaque' ? -1 : 0;
    return schemeNamed(a.scheme).compare(b.version, a.version);
  });

/** Releases by name and type, as listed. */
export function byKey(releases: readonly Release[]): Map<string, Release[]> {
  const groups = new Map<string, Release[]>();
  for (const release of releases) {
    const group = groups.get(keyOf(release));
    if (group) group.push(release);
    else groups.set(keyOf(release), [release]);
  }
  return groups;
}
