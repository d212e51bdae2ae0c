import type { SchemeName } from '../release.ts';

/** A set of versions. */
export interface VersionRange {
  /** As written. */
  readonly text: string;
  /** Whether it holds a version. A prerelease is in it only where a bound names one of the same version, unless `withPrereleases`. */
  has(version: string, options?: { readonly withPrereleases?: boolean }): boolean;
  /** Why it does not hold a version, to stand behind the version: `is below 1.2.0`; undefined where it does. */
  whyOutside(version: string, options?: { readonly withPrereleases?: boolean }): string | undefined;
}

/** A way to write versions and to order them. */
export interface VersionScheme {
  readonly name: SchemeName;
  /** Whether a text is a version. */
  isVersion(text: string): boolean;
  /** Below 0 where the first is older. Total: 0 means the same version. Opaque versions are all alike: their order is the list's. */
  compare(a: string, b: string): number;
  isPrerelease(version: string): boolean;
  /** @throws UserError BAD_USAGE naming the part that cannot be read, or that there are no ranges here */
  range(text: string): VersionRange;
}
