import type { SchemeName } from '../release.ts';

/** How prereleases are taken where a range is asked about a version. */
export interface RangeOptions {
  /** A prerelease is within a range like any other version; else only where a bound of the range names one of the same version. */
  readonly withPrereleases?: boolean;
}

/** A set of versions. */
export interface VersionRange {
  /** As written. */
  readonly text: string;
  has(version: string, options?: RangeOptions): boolean;
  /** Why it does not hold a version, to stand behind the version: `is below ^1.2`; undefined where it does. */
  whyOutside(version: string, options?: RangeOptions): string | undefined;
}

/** A way to write versions and to order them. */
export interface VersionScheme {
  readonly name: SchemeName;
  isVersion(text: string): boolean;
  /** Whether a text says all of a version; `1.2` is a version with a part left out, and as a wish a range. */
  isWhole(text: string): boolean;
  /** Below 0 where the first is older, 0 for one version written in two ways. Opaque versions are all alike: their order is the list's. */
  compare(a: string, b: string): number;
  isPrerelease(version: string): boolean;
  /** @throws UserError naming the part that cannot be read, or that these versions have no ranges */
  range(text: string): VersionRange;
}
