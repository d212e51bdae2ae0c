import { platformOf, platformText } from '../../catalogue/platforms.ts';
import { type Platform, RELEASE_KINDS, type Release, type ReleasePlatform } from '../../catalogue/release.ts';
import { isBoolean, isEither, isListOf, isObject, isOneOf, isOptional, isSha256, isText } from '../../system/own-json.ts';
import type { SomeSource } from '../kind.ts';

/** What of a release is kept with a plugin that came from it: enough to bring the same again, here and for every other platform. */
export interface KeptRelease extends Pick<Release, 'kind' | 'description' | 'documentationUrl'> {
  readonly platforms: readonly KeptPlatform[];
}

/** What of a platform is kept: all that a lock has. */
export type KeptPlatform = Omit<ReleasePlatform, 'size' | 'signature'>;

/** A release that a repository's index lists. */
export interface CatalogueSource {
  readonly kind: 'catalogue';
  readonly repository: string;
  /** As the index has it. */
  readonly name: string;
  /** `executor` or `source`, where the index tells. */
  readonly type?: string | undefined;
  readonly version: string;
  /** What was asked for behind the `@`; empty for the latest. */
  readonly wish: string;
  /** Whether that is one version, where updates leave it. */
  readonly exact: boolean;
  /** The platform that it is for. */
  readonly platform: Platform;
  /** Whether somebody asked for that platform, whatever the machine's is. */
  readonly isPlatformAsked: boolean;
  readonly url: string;
  /** Of what the address gave; empty where a lock has none. */
  readonly sha256: string;
  readonly release: KeptRelease;
}

const isPlatform = isObject<Platform>({ os: isText, arch: isText });

const isKeptPlatform = isObject<KeptPlatform>({
  os: isText,
  arch: isText,
  url: isText,
  sha256: isOptional(isSha256),
  bin: isOptional(isText),
  files: isOptional(isListOf(isObject({ from: isText, to: isText }))),
  dependencies: isOptional(isListOf(isObject({ name: isText, url: isText, sha256: isOptional(isSha256) }))),
});

const isKeptRelease = isObject<KeptRelease>({
  kind: isOneOf(...RELEASE_KINDS),
  description: isText,
  documentationUrl: isOptional(isText),
  platforms: isListOf(isKeptPlatform),
});

/** Whether a value is such a source, as a receipt keeps it. */
export const isCatalogueSource = isObject<CatalogueSource>({
  kind: isOneOf('catalogue'),
  repository: isText,
  name: isText,
  type: isOptional(isText),
  version: isText,
  wish: isText,
  exact: isBoolean,
  platform: isPlatform,
  isPlatformAsked: isBoolean,
  url: isText,
  sha256: isEither(isSha256, isOneOf('')),
  release: isKeptRelease,
});

/** Tells a release of a repository from other sources. */
export const isRelease = (source: SomeSource | undefined): source is CatalogueSource => source?.kind === 'catalogue';

/** Where it is had from: `acme/deploy`. */
export const placeOfSource = ({ repository, name }: Pick<CatalogueSource, 'repository' | 'name'>): string => `${repository}/${name}`;

/** In one line for people: `acme/deploy 1.2.0 for linux/amd64`. */
export const textOfSource = (source: CatalogueSource): string => `${placeOfSource(source)} ${source.version} for ${platformText(source.platform)}`;

/** The same release for another platform; undefined where it has nothing for that. */
export function forPlatform(source: CatalogueSource, platform: Platform): CatalogueSource | undefined {
  const offered = platformOf(source.release, platform);
  return offered && { ...source, platform, url: offered.url, sha256: offered.sha256 ?? '' };
}

/** A release with the checksums that were found where the index states none. */
export const withChecksums = (release: KeptRelease, offered: ReleasePlatform, known: ReleasePlatform): KeptRelease => ({
  ...release,
  platforms: release.platforms.map((platform) => (platform === offered ? known : platform)),
});

export const platformsText = ({ platforms }: Pick<Release, 'platforms'>): string => platforms.map(platformText).join(', ');
