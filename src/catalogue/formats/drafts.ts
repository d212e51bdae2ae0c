import { groupByKey } from '../order.ts';
import { overlap, platformText } from '../platforms.ts';
import type { Release, ReleasePlatform } from '../release.ts';
import { schemeNamed, schemesOf } from '../versions/schemes.ts';
import type { EntryReport, Fields } from './fields.ts';

/** What one entry says. Its scheme, and whether its version is a prerelease, are a matter of all versions of its name, and set at last. */
export interface Draft {
  readonly release: { -readonly [K in keyof Release]: Release[K] };
  /** Where the entry says so itself; its version tells otherwise. */
  readonly prerelease: boolean | undefined;
  readonly report: EntryReport;
  /** Its number in the list, from 1. */
  readonly ordinal: number;
}

/** What is set at last. */
export const UNTOLD = { scheme: 'opaque', prerelease: false } as const;

/** Told of each entry once all is known of it, of those that are left out as well: for who looks closer at an index than an install has to. */
export type EntryListener = (entry: Draft) => void;

/** Makes releases of those entries that nothing is wrong with. Of two that have the same key and version the first counts, and the other is reported. */
export function finishDrafts(drafts: readonly Draft[], onEntry?: EntryListener): Release[] {
  const remedy = 'publish a change under a new version';
  const groups = groupByKey(drafts, ({ release }) => release);
  for (const group of groups.values()) {
    const seen = new Map<string, number>();
    for (const { release, report, ordinal } of group) {
      const earlier = seen.get(release.version);
      if (earlier === undefined) seen.set(release.version, ordinal);
      else report.refuse(`conflicts with the ${ordinalText(earlier)} entry as both have the same type, name, and version`, remedy);
    }
    const good = group.filter(({ report }) => !report.isRefused);
    const schemes = schemesOf(good.map(({ release }) => release.version));
    good.forEach(({ release, prerelease }, place) => {
      release.scheme = schemes[place] ?? 'opaque';
      release.prerelease = prerelease ?? schemeNamed(release.scheme).isPrerelease(release.version);
    });
  }
  if (onEntry) drafts.forEach(onEntry);
  return drafts.filter(({ report }) => !report.isRefused).map(({ release }) => release);
}

/** The number of an entry as people count: `1st`, `22nd`, `113th`. */
function ordinalText(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`;
}

/** What a part of an entry is for. */
export interface PlatformPart {
  readonly part: Fields;
  readonly platforms: readonly ReleasePlatform[];
}

/** Platforms of one entry: several times as many as there are. */
export const MOST_PLATFORMS = 400;

/** The platforms of an entry. Two parts that are for the same one are reported, both named. */
export function mergeParts(parts: readonly PlatformPart[], report: EntryReport): ReleasePlatform[] {
  const merged = parts.flatMap(({ platforms }) => platforms);
  if (parts.length > MOST_PLATFORMS || merged.length > MOST_PLATFORMS) {
    report.refuse(`has more than ${MOST_PLATFORMS} platforms`);
    return [];
  }
  parts.forEach(({ part, platforms }, index) => {
    for (const platform of platforms) {
      const other = parts.findIndex((earlier) => earlier.platforms.some((its) => overlap(its, platform)));
      if (other < index) report.refuse(`${parts[other]?.part.path} and ${part.path} are both for ${platformText(platform)}`, 'keep one of them', part.map);
    }
  });
  return merged;
}
