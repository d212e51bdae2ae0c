import { fileAddressProblem } from '../../catalogue/formats/address.ts';
import { isReleaseName, isReleaseVersion } from '../../catalogue/names.ts';
import { platformOf, platformText, readPlatform } from '../../catalogue/platforms.ts';
import type { ReleaseKind, ReleasePlatform } from '../../catalogue/release.ts';
import { isTable } from '../../config/toml.ts';
import type { LockEntry, LockValue } from '../kind.ts';
import { type CatalogueSource, isCatalogueSource, placeOfSource } from './source.ts';

type Table = Readonly<Record<string, LockValue | undefined>>;

/** A source as lines of a lock: what was asked for, and of every platform address and checksum, so that the lock holds on other machines too. */
export function toLock(source: CatalogueSource): Table {
  const { type, version, wish, exact, platform, isPlatformAsked, release } = source;
  return {
    catalogue: placeOfSource(source),
    type,
    release: version,
    wish: wish || undefined,
    follows: exact ? 'version' : wish === '' ? 'latest' : 'range',
    kind: release.kind,
    description: release.description || undefined,
    documentation: release.documentationUrl,
    platform: platformText(platform),
    'platform-is': isPlatformAsked ? 'asked for' : undefined,
    platforms: release.platforms.map(platformToLock),
  };
}

const platformToLock = ({ url, sha256, bin, files, dependencies, ...platform }: ReleasePlatform): Table => ({
  platform: platformText(platform),
  url,
  sha256,
  bin,
  files: files?.map(({ from, to }) => ({ from, to })),
  dependencies: dependencies?.map((dependency) => ({ name: dependency.name, url: dependency.url, sha256: dependency.sha256 })),
});

/** Reads what `toLock` wrote. @throws what `entry.wrong` gives */
export function fromLock(place: string, { text, value, wrong }: LockEntry): CatalogueSource {
  const [repository = '', name = '', ...rest] = place.split('/');
  if (rest.length > 0 || !isReleaseName(repository) || !isReleaseName(name)) throw wrong('has a "catalogue" that is not REPOSITORY/NAME');
  const [version, kind, documentationUrl, type] = ['release', 'kind', 'documentation', 'type'].map(text);
  if (version === undefined || !isReleaseVersion(version)) throw wrong('has no "release" that is a version');
  const platform = readPlatform(text('platform') ?? '');
  if (!platform) throw wrong('has no "platform" like linux/amd64');
  const listed: unknown = value('platforms');
  if (!Array.isArray(listed) || listed.length === 0) throw wrong('has no "platforms"');
  const platforms = listed.map((table, index) => {
    const read = isTable(table) ? releasePlatformFrom(table) : undefined;
    if (!read || fileAddressProblem(read.url) !== undefined || read.dependencies?.some(({ name, url }) => !isReleaseName(name) || fileAddressProblem(url)))
      throw wrong(`has "platforms" of which number ${index + 1} has no platform, or no address that can be asked`);
    return read;
  });
  const own = platformOf({ platforms }, platform);
  const source: CatalogueSource = {
    kind: 'catalogue',
    repository,
    name,
    ...defined({ type }),
    version,
    wish: text('wish') ?? '',
    exact: text('follows') === 'version',
    platform,
    isPlatformAsked: text('platform-is') !== undefined,
    url: own?.url ?? '',
    sha256: own?.sha256 ?? '',
    release: { kind: (kind ?? '') as ReleaseKind, description: text('description') ?? '', ...defined({ documentationUrl }), platforms },
  };
  if (!isCatalogueSource(source)) throw wrong('has no "kind" that is known, or a checksum that is not of 64 hexadecimal digits');
  return source;
}

/** What a table of a lock says; its shape is looked at in the whole. */
function releasePlatformFrom({ platform, url, sha256, bin, files, dependencies }: Readonly<Record<string, unknown>>): ReleasePlatform | undefined {
  const read = readPlatform(typeof platform === 'string' ? platform : '');
  return read && typeof url === 'string' ? ({ ...read, url, ...defined({ sha256, bin, files, dependencies }) } as ReleasePlatform) : undefined;
}

/** The entries of an object that are there. */
const defined = <T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
