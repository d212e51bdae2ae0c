import { keyOf } from '../order.ts';
import { overlap, platformText } from '../platforms.ts';
import type { Release, ReleasePlatform } from '../release.ts';
import { schemeNamed, schemesOf } from '../versions/schemes.ts';
import type { EntryReport } from './fields.ts';
import type { YamlMap } from './yaml.ts';

/** What one entry says, before its scheme is known: that is a matter of all versions of its name. */
export interface Draft {
  readonly release: Omit<Release, 'scheme' | 'prerelease'>;
  /** Where the entry says so itself; its version tells otherwise. */
  readonly prerelease: boolean | undefined;
  readonly report: EntryReport;
  /** Its number in the list, from 1. */
  readonly ordinal: number;
}

/** Makes releases of those entries that nothing is wrong with. Of two that have the same key and version the first counts, and the other is reported. */
export function finishDrafts(drafts: readonly Draft[]): Release[] {
  const seen = new Map<string, number>();
  for (const { release, report, ordinal } of drafts) {
    const key = `${keyOf(release)}@${release.version}`;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, ordinal);
    else
      report.refuse(`conflicts with the ${ordinalText(earlier)} entry as both have the same type, name, and version`, 'publish a change under a new version');
  }
  const good = drafts.filter(({ report }) => !report.isRefused);
  const groups = new Map<string, number[]>();
  good.forEach(({ release }, index) => {
    const group = groups.get(keyOf(release));
    if (group) group.push(index);
    else groups.set(keyOf(release), [index]);
  });
  const releases: Release[] = new Array(good.length);
  for (const indexes of groups.values()) {
    const schemes = schemesOf(indexes.map((index) => (good[index] as Draft).release.version));
    indexes.forEach((index, place) => {
      const { release, prerelease } = good[index] as Draft;
      const scheme = schemes[place] ?? 'opaque';
      releases[index] = { ...release, scheme, prerelease: prerelease ?? schemeNamed(scheme).isPrerelease(release.version) };
    });
  }
  return releases;
}

/** The number of an entry as people count: `1st`, `22nd`, `113th`. */
export function ordinalText(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`;
}

/** What a part of an entry is for, with the words for that part. */
export interface PlatformPart {
  readonly path: string;
  readonly map: YamlMap;
  readonly platforms: readonly ReleasePlatform[];
}

/** Parts of one entry; more are no platforms but an attempt. */
const MOST_PARTS = 200;

/** The platforms of an entry. Two parts that are for the same one are reported, both named. */
export function mergeParts(parts: readonly PlatformPart[], report: EntryReport): ReleasePlatform[] {
  if (parts.length > MOST_PARTS) {
    report.refuse(`has ${parts.length} platforms, and ${MOST_PARTS} are allowed`);
    return [];
  }
  const merged: { part: PlatformPart; platform: ReleasePlatform }[] = [];
  for (const part of parts) {
    for (const platform of part.platforms) {
      const other = merged.find((earlier) => earlier.part !== part && overlap(earlier.platform, platform));
      if (!other) merged.push({ part, platform });
      else report.refuse(`${other.part.path} and ${part.path} are both for ${platformText(platform)}`, 'keep one of them', part.map);
    }
  }
  return merged.map(({ platform }) => platform);
}
