import type { Release } from './release.ts';
import { schemeNamed, schemesOf } from './versions/schemes.ts';

/** What holds the releases of one name and type together. */
export const keyOf = ({ name, type = '' }: Pick<Release, 'name' | 'type'>): string => `${type}/${name}`;

/**
 * The releases of one name and type, newest first. Those whose version has no order (`nightly`) stand behind those that have one, as listed; an index
 * lists what is newer first.
 */
export const newestFirst = <T extends Pick<Release, 'scheme' | 'version'>>(releases: readonly T[]): T[] =>
  releases.toSorted((a, b) => {
    if (a.scheme !== b.scheme) return a.scheme === 'opaque' ? 1 : b.scheme === 'opaque' ? -1 : 0;
    return schemeNamed(a.scheme).compare(b.version, a.version);
  });

/** Things of one name by their versions alone, in the same order. */
export function newestVersionsFirst<T extends { readonly version: string }>(things: readonly T[]): T[] {
  const schemes = schemesOf(things.map(({ version }) => version));
  return newestFirst(things.map((thing, place) => ({ thing, version: thing.version, scheme: schemes[place] ?? 'opaque' }))).map(({ thing }) => thing);
}

/** The release that stands for a name in a list: the newest that is no prerelease and was not taken back, or else the newest. @param ordered newest first */
export const representative = (ordered: readonly Release[]): Release =>
  ordered.find(({ prerelease, yanked }) => !prerelease && yanked === undefined) ?? (ordered[0] as Release);

/** Things that a release is in, by its name and type, in the order they have. */
export function groupByKey<T>(things: readonly T[], releaseIn: (thing: T) => Pick<Release, 'name' | 'type'>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const key = keyOf(releaseIn(thing));
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}

/** Releases by name and type, as listed. */
export const byKey = (releases: readonly Release[]): Map<string, Release[]> => groupByKey(releases, (release) => release);
