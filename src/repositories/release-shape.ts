import { type HostRange, RELEASE_KINDS, type Release, type ReleaseDependency, type ReleasePlatform } from '../catalogue/release.ts';
import { isBoolean, isListOf, isObject, isOneOf, isOptional, isSha256, isText, type Shape } from '../system/own-json.ts';

const maybe = <T>(shape: Shape<T>): Shape<T> => isOptional(shape) as Shape<T>;
/** One of a server: an index of somebody else's names no file of this machine. */
const isRemote = (value: unknown): value is string => isText(value) && /^(?!file:)[a-z][a-z0-9+.-]*:\/\//i.test(value);

const isDependency = isObject<Pick<ReleaseDependency, 'name' | 'url' | 'sha256'>>({ name: isText, url: isRemote, sha256: maybe(isSha256) });
const isPlatform = isObject<Pick<ReleasePlatform, 'os' | 'arch' | 'url' | 'sha256' | 'dependencies'>>({
  os: isText,
  arch: isText,
  url: isRemote,
  sha256: maybe(isSha256),
  dependencies: maybe(isListOf(isDependency)),
});

/** Whether something is a release, as far as what is done by it goes. */
const isRelease = isObject<Pick<Release, 'name' | 'type' | 'version' | 'scheme' | 'kind' | 'platforms' | 'requires' | 'prerelease' | 'yanked' | 'description'>>(
  {
    name: isText,
    type: maybe(isText),
    version: isText,
    scheme: isOneOf('semver', 'calver', 'opaque'),
    kind: isOneOf(...RELEASE_KINDS),
    platforms: isListOf(isPlatform),
    requires: maybe(isObject<HostRange>({ host: isOneOf('tool', 'kurl'), range: maybe(isText) })),
    prerelease: isBoolean,
    yanked: maybe(isText),
    description: isText,
  },
) as Shape<Release>;

/** Whether what was read is a list of releases. */
export const areReleases = isListOf(isRelease);
