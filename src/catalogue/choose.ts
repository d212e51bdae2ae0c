import { closest } from 'fastest-levenshtein';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { whyOutside } from './host-fit.ts';
import { newestFirst } from './order.ts';
import { platformOf, platformText } from './platforms.ts';
import type { HostName, Platform, Release, ReleasePlatform } from './release.ts';
import { calendar } from './versions/calendar.ts';
import type { VersionScheme } from './versions/scheme.ts';
import { schemeNamed } from './versions/schemes.ts';
import { semantic } from './versions/semantic.ts';

/** For whom a release is chosen. */
export interface ChoiceWorld {
  readonly platform: Platform;
  /** The version of each host that is known; what requires another host is not held to it. */
  readonly hosts: Readonly<Partial<Record<HostName, string>>>;
  /** What the user calls the name: `acme/deploy`. */
  readonly label?: string;
}

/** What was asked for. */
export type Wish = { readonly kind: 'latest' } | { readonly kind: 'exact'; readonly version: string } | { readonly kind: 'range'; readonly range: string };

/** A release that is newer than the chosen one, and why it was not taken: `is a prerelease`, `was taken back: …`. */
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
  /** What is to be said of it: that it was taken back, or is deprecated. */
  readonly remarks: readonly string[];
}

/** Nothing that was asked for can be had. */
export interface NotChosen {
  readonly release?: undefined;
  /** In one line. */
  readonly problem: string;
  /** What to try: the nearest version, the platforms there are. */
  readonly hint: string;
  readonly passedOver: readonly PassedOver[];
}

/** How the versions of each host are written. */
const HOST_SCHEMES: Readonly<Record<HostName, VersionScheme>> = { tool: semantic, kurl: calendar };
const HOST_TITLES: Readonly<Record<HostName, string>> = { tool: 'tool', kurl: 'kURL' };

/** How many versions or platforms are listed where there are more. */
const LISTED = 8;

/** The scheme of the releases of one name: that of those which can be ordered, where any can. */
const schemeAmong = (releases: readonly Release[]): VersionScheme => schemeNamed(releases.find(({ scheme }) => scheme !== 'opaque')?.scheme ?? 'opaque');

/** The release that a version names: by its text, or else one whose version is the same (`1.2.0` for `v1.2.0`). */
function releaseOf(releases: readonly Release[], version: string): Release | undefined {
  const same = ({ scheme, version: other }: Release): boolean => {
    const { name, isVersion, compare } = schemeNamed(scheme);
    return name !== 'opaque' && isVersion(version) && compare(other, version) === 0;
  };
  return releases.find((release) => release.version === version) ?? releases.find(same);
}

/**
 * Reads what stands behind the `@` of a reference. What a release is called is that release; a version with parts left out (`1.2`) is a range, unless
 * one is called so.
 * @param text nothing for the latest
 * @param releases those of one name and type
 * @throws UserError for a range that cannot be read, or where there are no ranges
 */
export function readWish(text: string, releases: readonly Release[]): Wish {
  if (text === '' || text === 'latest') return { kind: 'latest' };
  if (releases.some(({ version }) => version === text)) return { kind: 'exact', version: text };
  const scheme = schemeAmong(releases);
  if (scheme.name === 'opaque') {
    if (!/^[\^~<>=*]|[\s|]/.test(text)) return { kind: 'exact', version: text };
    throw new UserError(
      'bad-version-range',
      `The versions of ${releases[0]?.name} have no order that is known, so there is no range "${harmlessLine(text)}" of them`,
      {
        hint: 'ask for one by its exact text, or for the latest',
      },
    );
  }
  if (scheme.isWhole(text)) return { kind: 'exact', version: text };
  // A word, as of a branch, is no range that went wrong.
  if (/^[A-Za-z][\w.+-]*$/.test(text) && !/^v\d/.test(text)) return { kind: 'exact', version: text };
  scheme.range(text);
  return { kind: 'range', range: text };
}

/**
 * Chooses among the releases of one name and type: the newest within the wish that is no prerelease, was not taken back, and suits host and platform.
 * Who asks for an exact version gets a prerelease too, and one that was taken back, with a remark.
 * @throws UserError for a range that cannot be read, or where there are no ranges
 */
export function choose(releases: readonly Release[], text: string, world: ChoiceWorld): Chosen | NotChosen {
  const wish = readWish(text, releases);
  return wish.kind === 'exact' ? chooseExact(releases, wish, world) : chooseNewest(releases, wish, world);
}

/** The same for who has nothing to do without it. @throws UserError with the problem and the hint */
export function chooseOrRefuse(releases: readonly Release[], text: string, world: ChoiceWorld): Chosen {
  const choice = choose(releases, text, world);
  if (choice.release) return choice;
  throw new UserError('no-such-version', choice.problem, { hint: choice.hint });
}

function chooseExact(releases: readonly Release[], wish: Wish & { kind: 'exact' }, world: ChoiceWorld): Chosen | NotChosen {
  const label = labelOf(releases, world);
  const release = releaseOf(releases, wish.version);
  if (!release) {
    return { problem: `${label} has no version ${harmlessLine(wish.version)}`, hint: nearest(releases, wish.version), passedOver: [] };
  }
  const outside = whyNotHost(release, world) ?? whyNotPlatform(release, world) ?? release.withheld;
  const platform = platformOf(release, world.platform);
  if (outside !== undefined || !platform) return { problem: `${label} ${release.version} ${outside}`, hint: otherwise(release, world), passedOver: [] };
  return { release, platform, wish, passedOver: [], remarks: remarksOn(release) };
}

function chooseNewest(releases: readonly Release[], wish: Exclude<Wish, { kind: 'exact' }>, world: ChoiceWorld): Chosen | NotChosen {
  const scheme = schemeAmong(releases);
  const range = wish.kind === 'range' ? scheme.range(wish.range) : undefined;
  const within = newestFirst(releases).filter(({ scheme: own, version }) => !range || (own === scheme.name && range.has(version, { withPrereleases: true })));
  const passedOver: PassedOver[] = [];
  for (const release of within) {
    const why = whyNotNewest(release, scheme, range?.has(release.version) === true, world);
    const platform = platformOf(release, world.platform);
    if (why === undefined && platform) return { release, platform, wish, passedOver, remarks: remarksOn(release) };
    passedOver.push({ version: release.version, why: why ?? '' });
  }
  return { problem: noneProblem(releases, wish, world, passedOver), hint: noneHint(releases, within, world), passedOver };
}

/** @param isNamed whether a range takes it in although it is a prerelease */
function whyNotNewest(release: Release, scheme: VersionScheme, isNamed: boolean, world: ChoiceWorld): string | undefined {
  if (release.scheme !== scheme.name) return 'cannot be compared with the others';
  if (release.prerelease && !isNamed) return 'is a prerelease';
  if (release.yanked !== undefined) return takenBack(release.yanked);
  return whyNotHost(release, world) ?? whyNotPlatform(release, world) ?? release.withheld;
}

const takenBack = (reason: string): string => (reason === '' ? 'was taken back' : `was taken back: ${reason}`);

/** Why a host does not take a release, to stand behind its version; undefined where it does, or is not known. */
export function whyNotHost({ requires }: Pick<Release, 'requires'>, { hosts }: Pick<ChoiceWorld, 'hosts'>): string | undefined {
  const version = requires && hosts[requires.host];
  if (!requires || version === undefined) return undefined;
  return whyOutside(requires.range, { version, title: HOST_TITLES[requires.host], scheme: HOST_SCHEMES[requires.host] });
}

const whyNotPlatform = (release: Release, { platform }: ChoiceWorld): string | undefined =>
  platformOf(release, platform) ? undefined : `has nothing for ${platformText(platform)}`;

/** That a release was taken back, or should not be used any more. @param subject what it is called */
export const remarksOn = ({ version, yanked, deprecated }: Release, subject = version): string[] => [
  ...(yanked === undefined ? [] : [`${subject} ${takenBack(yanked)}`]),
  ...(deprecated === undefined ? [] : [deprecated === '' ? `${subject} is deprecated` : `${subject} is deprecated: ${deprecated}`]),
];

const labelOf = (releases: readonly Release[], { label }: ChoiceWorld): string => label ?? releases[0]?.name ?? 'it';

/** So many of a list, and how many more there are. */
const listed = (words: readonly string[]): string =>
  words.length <= LISTED ? words.join(', ') : `${words.slice(0, LISTED).join(', ')} and ${words.length - LISTED} more`;

/** The versions beside one that there is not: the next below and above where there is an order, the most similar text otherwise; and the newest. */
function nearest(releases: readonly Release[], wanted: string): string {
  const versions = newestFirst(releases).map(({ version }) => version);
  const [newest] = versions;
  if (newest === undefined) return 'the index lists no versions of it';
  const scheme = schemeAmong(releases);
  const ordered = scheme.isVersion(wanted) ? newestFirst(releases).filter((release) => release.scheme === scheme.name) : [];
  const below = ordered.find(({ version }) => scheme.compare(version, wanted) < 0)?.version;
  const above = ordered.findLast(({ version }) => scheme.compare(version, wanted) > 0)?.version;
  const near = scheme.name === 'opaque' || ordered.length === 0 ? [closest(wanted, versions)] : [below, above].filter((version) => version !== undefined);
  return `nearest: ${near.join(', ')}; newest: ${newest}; ${versions.length === 1 ? 'it is the only one' : `there are ${versions.length}`}`;
}

function noneProblem(releases: readonly Release[], wish: Wish, world: ChoiceWorld, passedOver: readonly PassedOver[]): string {
  const label = labelOf(releases, world);
  const [first, ...others] = passedOver;
  const among = wish.kind === 'range' ? `${label} has no version within ${harmlessLine(wish.range)}` : `${label} has no version`;
  if (!first) return wish.kind === 'range' ? among : `${label} has no versions`;
  const also =
    others.length === 0 ? '' : others.every(({ why }) => why === first.why) ? `, like ${others.length} older` : `, and ${others.length} older are no better`;
  return `${among} to choose: ${first.version} ${first.why}${also}`;
}

/** @param within the releases that were asked for, none of which could be chosen */
function noneHint(releases: readonly Release[], within: readonly Release[], world: ChoiceWorld): string {
  const [newest] = within;
  if (!newest) return releases.length === 0 ? 'the index lists no versions of it' : `there are ${listed(newestFirst(releases).map(({ version }) => version))}`;
  const label = labelOf(releases, world);
  const fitting = within.filter((release) => whyNotHost(release, world) === undefined);
  const whole = fitting.find(({ yanked, withheld }) => yanked === undefined && withheld === undefined);
  if (whole && platformOf(whole, world.platform)) return `ask for it by its version: ${label}@${whole.version}`;
  const back = fitting.find((release) => release.yanked !== undefined && release.withheld === undefined && platformOf(release, world.platform));
  if (back) return `to install ${back.version} although it was taken back, ask for exactly that version: ${label}@${back.version}`;
  return otherwise(whole ?? newest, world);
}

/** What to try where one release does not suit. */
function otherwise(release: Release, world: ChoiceWorld): string {
  if (whyNotHost(release, world) !== undefined) return 'ask for another version, or update the host';
  if (release.withheld !== undefined) return 'wait, or change min_age under [trust] in tool.toml';
  if (platformOf(release, world.platform)) return 'ask for another version';
  return `there is ${listed(release.platforms.map(platformText))}`;
}
