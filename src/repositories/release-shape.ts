import type { HostRange, Release, ReleaseDependency, ReleasePlatform } from '../catalogue/release.ts';
import { isBoolean, isObject, isOneOf, isOptional, isText, type Shape } from '../system/own-json.ts';

const isListOf =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every((one) => shape(one));

const maybe = <T>(shape: Shape<T>): Shape<T> => isOptional(shape) as Shape<T>;
const isHash = (value: unknown): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isHttp = (value: unknown): value is string => isText(value) && /^https?:\/\//i.test(value);

const isDependency = isObject<Pick<ReleaseDependency, 'name' | 'url' | 'sha256'>>({ name: isText, url: isHttp, sha256: maybe(isHash) });
const isPlatform = isObject<Pick<ReleasePlatform, 'os' | 'arch' | 'url' | 'sha256' | 'dependencies'>>({
  os: isText,
  arch: isText,
  url: isHttp,
  sha256: maybe(isHash),
  dependencies: maybe(isListOf(isDependency)),
});

/** Whether something is a release, as far as what is done by it goes. */
const isRelease = isObject<Pick<Release, 'name' | 'type' | 'version' | 'scheme' | 'kind' | 'platforms' | 'requires' | 'prerelease' | 'yanked' | 'description'>>(
  {
    name: isText,
    type: maybe(isText),
    version: isText,
    scheme: isOneOf('semver', 'calver', 'opaque'),
    kind: isOneOf('plugin', 'binary', 'helm', 'addon'),
    platforms: isListOf(isPlatform),
    requires: maybe(isObject<HostRange>({ host: isOneOf('tool', 'kurl'), range: maybe(isText) })),
    prerelease: isBoolean,
    yanked: maybe(isText),
    description: isText,
  },
) as Shape<Release>;

/** Whether what was read is a list of releases. */
export const areReleases = isListOf(isRelease);
