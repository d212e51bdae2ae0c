import { UserError } from '../../errors.ts';
import { imageWord, parseImageReference, parseImageWord, repositoryAddress } from '../../registries/reference.ts';
import { isBoolean, isObject, isOneOf, isOptional, isText, type Shape } from '../../system/own-json.ts';
import type { SourceRequest } from '../request.ts';

/** An image in a registry. */
export interface OciSource {
  readonly kind: 'oci';
  /** Its repository: `oci://host/path/name`. */
  readonly url: string;
  /** A range over the tags that are versions; `*` where none was given, and no tag. */
  readonly version?: string;
  /** The tag that was asked for, or that the range chose; none of an image that was asked for by its digest alone. */
  readonly tag?: string;
  /** Of its manifest, or of the index of images for several platforms that it was chosen from. */
  readonly digest: string;
  /** The platform that it was chosen for, `linux/amd64`, where there are several. */
  readonly platform?: string;
  /** Whether that digest was asked for: a plain update leaves it there. */
  readonly exact: boolean;
}

const isKept = isObject<OciSource>({
  kind: isOneOf('oci'),
  url: isText,
  version: isOptional(isText) as Shape<string>,
  tag: isOptional(isText) as Shape<string>,
  digest: isText,
  platform: isOptional(isText) as Shape<string>,
  exact: isBoolean,
});

export const readOci = (kept: object): OciSource | undefined => (isKept(kept) ? kept : undefined);

/** What a request asks for: a range, or a tag, or a digest and perhaps what it is called. */
export interface OciWish {
  readonly url: string;
  readonly version?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Any version: what is asked for where nothing is said. */
export const ANY = '*';

/**
 * Reads what a request asks for, wherever it says so: behind the address, or in a flag.
 * @throws UserError bad-address, or conflicting-flags where it says two things
 */
export function wishOf({ source, version, committish }: Pick<SourceRequest, 'source' | 'version' | 'committish'>): OciWish {
  const reference = parseImageReference(source);
  const url = repositoryAddress(reference);
  const behind = imageWord(reference);
  const [word, another] = [behind, committish, version].filter((one) => one !== undefined && one !== '');
  if (another !== undefined) {
    throw new UserError('conflicting-flags', `"${word}" and "${another}" both say which image of ${url} is wanted`, { hint: 'give one of them' });
  }
  if (word === undefined || word === version) return { url, version: version || ANY };
  return { url, ...parseImageWord(word) };
}

/** What updates follow, or the digest that it is held at. */
export function ociFollows({ version, tag, digest, exact }: OciSource): string {
  if (exact) return `digest ${shortDigest(digest)}`;
  return version === ANY ? 'latest' : version === undefined ? `tag ${tag}` : `range ${version}`;
}

/** A digest as people are shown it. */
export const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);

/** Whether something that came from an image is what is asked for. */
export function meetsWish(source: OciSource, wish: OciWish): boolean {
  if (source.url !== wish.url || source.version !== wish.version || source.exact !== (wish.digest !== undefined)) return false;
  if (source.version !== undefined) return true;
  return source.tag === wish.tag && (wish.digest === undefined || wish.digest === source.digest);
}
