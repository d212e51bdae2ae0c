import { isDeepStrictEqual } from 'node:util';
import { hostPlatform, parsePlatform, platformAsked, platformText } from '../../catalogue/platforms.ts';
import { isReference, parseReference, type Reference } from '../../catalogue/reference.ts';
import { UserError } from '../../errors.ts';
import type { SourceKind } from '../kind.ts';
import { isDirectory } from '../local-path.ts';
import type { SourceRequest } from '../request.ts';
import { fromLock, toLock } from './lock.ts';
import { type CatalogueSource, forPlatform, isCatalogueSource, placeOfSource, textOfSource } from './source.ts';

/** The reference of a request, and the wish, which may stand behind the name or in a flag. @throws UserError */
function referenceOf({ source, version, committish }: SourceRequest): Reference {
  const reference = parseReference(source);
  const [wish = '', ...others] = [reference.wish, version, committish].filter((one) => one);
  if (others.length === 0) return { ...reference, wish: wish === 'latest' ? '' : wish };
  throw new UserError('conflicting-flags', `"${wish}" and "${others[0]}" both say which version of ${reference.name} is wanted`, { hint: 'give one of them' });
}

const textOf = ({ repository, name }: Pick<Reference, 'repository' | 'name'>): string => (repository === undefined ? name : `${repository}/${name}`);

/** What a lock's source is for on this machine. */
const platformHere = ({ platform, isPlatformAsked }: CatalogueSource) => (isPlatformAsked ? platform : hostPlatform());

/** A release that is had by its name in a repository: `acme/deploy@^1.2`. */
export const catalogue: SourceKind<CatalogueSource> = {
  name: 'catalogue',
  isCopy: true,
  isAsked: false,
  hasVersions: true,
  isPacked: true,
  isNamed: true,
  read: (kept) => (isCatalogueSource(kept) ? kept : undefined),
  write: (source) => source,
  text: textOfSource,
  follows: ({ wish }) => wish || 'latest',

  parse(request) {
    const { source, link, isNamed } = request;
    if (link || !(isNamed || (isReference(source) && !isDirectory(source)))) return undefined;
    referenceOf(request);
    return source;
  },
  spelled(request) {
    const { wish, ...reference } = referenceOf(request);
    return { ...request, source: textOf(reference), version: wish || undefined, committish: undefined, isNamed: true };
  },
  nameOf: (address) => parseReference(address).name,
  expected(request) {
    const { repository = '', name, wish } = referenceOf(request);
    const platform = platformAsked(request.platform);
    const release = { kind: 'binary', description: '', platforms: [] } as const;
    const { type } = request;
    return {
      kind: 'catalogue',
      repository,
      name,
      ...(type === undefined ? {} : { type }),
      version: '',
      wish,
      exact: false,
      platform,
      isPlatformAsked: request.platform !== undefined,
      url: '',
      sha256: '',
      release,
    };
  },
  stage: async (request, _address, world) => (await import('./stage.ts')).stageRelease(request, referenceOf(request), world),
  isUnchanged: async (source, request, world) => (await import('./compare.ts')).isUnchanged(source, request, referenceOf(request), world),

  update(source, words, address) {
    const asked = words.version ?? words.committish;
    if (asked === undefined && source.exact) {
      return { stays: 'pinned', why: `pinned to ${source.version}; name a range, or latest, to follow it` };
    }
    const { type, platform, isPlatformAsked } = source;
    return {
      request: {
        ...words,
        source: address,
        isNamed: true,
        committish: undefined,
        version: (asked ?? source.wish) || undefined,
        type: words.type ?? type,
        platform: words.platform ?? (isPlatformAsked ? platformText(platform) : undefined),
        link: false,
      },
    };
  },
  compare: async (source, world) => (await import('./compare.ts')).compareRelease(source, world),

  place: placeOfSource,
  authorPlace: ({ url }) => url,
  published: ({ url, sha256 }) => ({ form: 'archive', url, ...(sha256 === '' ? {} : { sha256 }) }),
  isExact: ({ exact }) => exact,
  movingWord: 'range',
  standsAt: ({ exact, version, wish }) => (exact ? `pinned to ${version}` : `follows ${wish || 'latest'}`),
  sameWords: (a, b) => a.wish === b.wish && a.type === b.type && isDeepStrictEqual(a.platform, b.platform),
  isSame: (a, b) => a.version === b.version && a.wish === b.wish && a.sha256 === b.sha256 && isDeepStrictEqual(a.platform, b.platform),

  lockKey: 'catalogue',
  toLock,
  fromLock,
  isExactHere: (source) => (forPlatform(source, platformHere(source))?.sha256 ?? '') !== '',
  isSameElsewhere(locked, source) {
    const [here, platform] = [source.platform, platformHere(locked)];
    if (isDeepStrictEqual(locked.platform, platform) || !isDeepStrictEqual(here, platform)) return false;
    const wanted = forPlatform(locked, platform);
    const isHeld = wanted !== undefined && (wanted.sha256 === '' || wanted.sha256 === source.sha256);
    return isHeld && isDeepStrictEqual(told({ ...wanted, sha256: '' }), told({ ...source, sha256: '' }));
  },
  again: (source, address) => ({
    source: address,
    isNamed: true,
    version: source.wish || undefined,
    type: source.type,
    platform: source.isPlatformAsked ? platformText(source.platform) : undefined,
    release: source,
    link: false,
  }),

  declaredKeys: ['catalogue', 'version', 'type', 'platform'],
  mayBePath: false,
  toDeclaration: (source, { type }) => ({
    catalogue: textOf(source),
    version: source.wish || 'latest',
    type,
    platform: source.isPlatformAsked ? platformText(source.platform) : undefined,
  }),
  shortDeclaration(source, { type }, name) {
    const isPlain = name === source.name && source.repository !== '' && type === undefined && !source.isPlatformAsked;
    return isPlain ? { key: placeOfSource(source), value: source.wish || 'latest' } : undefined;
  },
  longDeclaration(key, value) {
    if (!key.includes('/')) return undefined;
    const { repository, name, wish } = parseReference(key);
    if (repository === undefined || wish !== '') return undefined;
    return { name, table: { catalogue: key, version: value } };
  },
  meets(source, request) {
    const { repository, name, wish } = referenceOf(request);
    const { type, platform } = request;
    return (
      name === source.name &&
      (repository === undefined || repository === source.repository) &&
      wish === source.wish &&
      (type === undefined || type === source.type) &&
      (platform === undefined ? !source.isPlatformAsked : isDeepStrictEqual(parsePlatform(platform), source.platform))
    );
  },
};

/** A source without the checksums that its index may not have stated. */
const told = ({ release, ...source }: CatalogueSource): unknown => ({
  ...source,
  release: {
    ...release,
    platforms: release.platforms.map(({ sha256: _, dependencies, ...platform }) => ({
      ...platform,
      dependencies: dependencies?.map(({ name, url }) => ({ name, url })),
    })),
  },
});
