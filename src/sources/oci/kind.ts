import { isDeepStrictEqual } from 'node:util';
import { readPlatform } from '../../catalogue/platforms.ts';
import { UserError } from '../../errors.ts';
import { imageWord, isDigest, isImageAddress, parseImageReference, parseImageWord, repositoryAddress } from '../../registries/reference.ts';
import { defaultName } from '../default-name.ts';
import type { LockEntry, SourceKind } from '../kind.ts';
import { refuseChecksum } from '../refuse-words.ts';
import type { SourceRequest } from '../request.ts';
import { ANY, meetsWish, type OciSource, ociFollows, readOci, shortDigest, wishOf } from './source.ts';

const HOW_TO_PIN = 'pin an image by its digest: oci://HOST/NAME@sha256:…';

/** What a request for what a source follows says in place of a branch: the tag, or the digest. */
const wordOf = ({ version, tag, digest, exact }: OciSource): string | undefined =>
  version === undefined ? imageWord({ ...(tag === undefined ? {} : { tag }), ...(exact ? { digest } : {}) }) : undefined;

/** What a request for what a source follows says as a range. */
const rangeOf = ({ version }: OciSource): string | undefined => (version === ANY ? undefined : version);

/** An archive in an image of a registry. */
export const oci: SourceKind<OciSource> = {
  name: 'oci',
  isCopy: true,
  isAsked: true,
  hasVersions: true,
  isPacked: true,
  isNamed: false,
  read: readOci,
  write: (source) => source,
  text: ({ url, tag, digest }) => `${url}${tag === undefined ? '' : `:${tag}`} (${shortDigest(digest)})`,
  follows: ociFollows,

  parse(request, { isImage }) {
    if (!isImage) return undefined;
    refuseChecksum(request, HOW_TO_PIN);
    if (request.link) throw new UserError('flag-does-not-apply', '--link takes a directory', { hint: 'copies are installed from a registry' });
    wishOf(request);
    return request.source;
  },
  spelled(request) {
    const { url, version, tag, digest } = wishOf(request);
    return {
      ...request,
      source: url,
      committish: imageWord({ ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) }),
      version: version === ANY ? undefined : version,
    };
  },
  nameOf: (address) => defaultName(repositoryAddress(parseImageReference(address))),
  expected(request) {
    const { digest = '', ...wish } = wishOf(request);
    return { kind: 'oci', ...wish, digest, exact: digest !== '' };
  },
  stage: async (request, _address, world) => (await import('./stage.ts')).stageImage(request, world),
  isUnchanged: async (source, request, world) => (await import('./compare.ts')).isUnchanged(source, request, world),

  update(source, words, address) {
    const { committish, version } = words;
    if ((committish ?? version) !== undefined) return { request: { ...words, source: address } };
    if (source.exact) return { stays: 'pinned', why: `pinned to ${shortDigest(source.digest)}; name a tag to follow it` };
    return { request: { source: address, committish: wordOf(source), version: rangeOf(source), checksum: words.checksum, link: false } };
  },
  compare: async (source, world) => (await import('./compare.ts')).compareImage(source, world),

  place: ({ url }) => url,
  authorPlace: ({ url }) => url,
  published: ({ url, digest, tag }) => ({ form: 'image', url, digest, ...(tag === undefined ? {} : { tag }) }),
  isExact: ({ exact }) => exact,
  movingWord: 'tag',
  standsAt: (source) =>
    source.exact ? `pinned to ${source.tag ?? shortDigest(source.digest)}` : `follows ${rangeOf(source) ?? wordOf(source) ?? ociFollows(source)}`,
  sameWords: (a, b) => wordOf(a) === wordOf(b) && a.version === b.version,
  isSame: (a, b) => a.digest === b.digest && a.tag === b.tag && a.version === b.version && a.exact === b.exact,

  lockKey: 'oci',
  toLock: ({ url, version, tag, digest, platform, exact }) => ({
    oci: url,
    range: version,
    tag,
    digest,
    platform,
    follows: exact ? 'digest' : version === undefined ? 'tag' : 'range',
  }),
  fromLock,
  isSameElsewhere({ platform: locked, ...image }, { platform: here, ...source }) {
    return locked !== undefined && here !== undefined && locked !== here && isDeepStrictEqual(image, source);
  },
  again: (source, address): SourceRequest => ({ source: address, committish: wordOf(source), version: rangeOf(source), image: source, link: false }),

  declaredKeys: ['oci', 'version'],
  mayBePath: false,
  toDeclaration: (source) => ({ oci: declared(source), version: rangeOf(source) }),
  meets: (source, request) => isImageAddress(request.source) && meetsWish(source, wishOf(request)),
};

function fromLock(url: string, { text, wrong }: LockEntry): OciSource {
  const [version, tag, digest = '', platform] = ['range', 'tag', 'digest', 'platform'].map(text);
  if (!isRepository(url)) throw wrong('has an "oci" that is not oci://HOST/NAME');
  if (!isDigest(digest)) throw wrong('has no "digest" of sha256: and 64 hexadecimal digits');
  const exact = text('follows') === 'digest';
  if ((version === undefined && tag === undefined && !exact) || (tag !== undefined && !isTag(tag))) throw wrong('has no "tag" that can be one');
  if (platform !== undefined && readPlatform(platform) === undefined) throw wrong('has a "platform" that is not SYSTEM/ARCHITECTURE');
  const words = platform === undefined ? {} : { platform };
  return { kind: 'oci', url, ...(version === undefined ? {} : { version }), ...(tag === undefined ? {} : { tag }), digest, ...words, exact };
}

const isRepository = (url: string): boolean => isImageAddress(url) && holds(() => repositoryAddress(parseImageReference(url)) === url);

const isTag = (tag: string): boolean => holds(() => parseImageWord(tag).tag === tag);

/** Whether something is so; what cannot be read is not. */
function holds(is: () => boolean): boolean {
  try {
    return is();
  } catch {
    return false;
  }
}

/** The address with what is followed behind it. */
const declared = (source: OciSource): string => {
  const { tag, digest } = source.version === undefined ? source : { tag: undefined, digest: '' };
  return `${source.url}${tag === undefined ? '' : `:${tag}`}${source.exact ? `@${digest}` : ''}`;
};
