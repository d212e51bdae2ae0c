import type { HostName, Platform, Release, ReleasePlatform } from './release.ts';

/** For whom a release is chosen. */
export interface ChoiceWorld {
  readonly platform: Platform;
  /** The version of each host that is known; what requires another one is not held to it. */
  readonly hosts: Readonly<Partial<Record<HostName, string>>>;
}

/** What was asked for: `latest`, one version, or a range. */
export type Wish = { readonly kind: 'latest' } | { readonly kind: 'exact'; readonly version: string } | { readonly kind: 'range'; readonly range: string };

/** A newer release that was not taken, and why: `is a prerelease`, `was yanked: …`. */
export interface PassedOver {
  readonly version: string;
  readonly why: string;
}

export interface Chosen {
  readonly release: Release;
  readonly platform: ReleasePlatform;
  readonly wish: Wish;
  /** Newest first. */
  readonly passedOver: readonly PassedOver[];
  /** What is to be said of it: that it was yanked, is deprecated, has no checksum. */
  readonly remarks: readonly string[];
}

export interface NotChosen {
  readonly release?: undefined;
  /** What cannot be had, in one line. */
  readonly problem: string;
  /** What to try: the nearest version, the platforms there are. */
  readonly hint: string;
  readonly passedOver: readonly PassedOver[];
}

/**
 * Reads what stands behind the `@` of a reference, for releases of one name and type.
 * @param text `latest` where it is empty
 * @throws UserError BAD_USAGE for a range that is none
 */
export function readWish(_text: string, _releases: readonly Release[]): Wish {
  throw new Error('being written');
}

/**
 * Chooses among the releases of one name and type.
 * @throws UserError BAD_USAGE for a range that is none
 */
export function choose(_releases: readonly Release[], _wish: string, _world: ChoiceWorld): Chosen | NotChosen {
  throw new Error('being written');
}

/** The same for who has nothing to do without it. @throws UserError REFUSED with the problem and the hint */
export function chooseOrRefuse(_releases: readonly Release[], _wish: string, _world: ChoiceWorld): Chosen {
  throw new Error('being written');
}
