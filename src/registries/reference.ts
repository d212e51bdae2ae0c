import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { withoutSecrets } from '../system/secrets.ts';

/** An image in a registry: `oci://host[:port]/path/name[:tag][@digest]`. */
export interface ImageReference {
  /** `host`, or `host:port`. */
  readonly registry: string;
  /** `path/name`. */
  readonly repository: string;
  /** As the registry has it: `_` where a version has `+`. */
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const LONGEST_REPOSITORY = 255;

const FORM = 'write it as oci://HOST[:PORT]/PATH/NAME[:TAG][@sha256:DIGEST]';

/** Whether a text is meant as the address of an image. */
export const isImageAddress = (text: string): boolean => /^oci:\/\//i.test(text);

/** Whether a text is the digest of a manifest or a blob. Others than sha256 are not computed here. */
export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

/**
 * Takes the address of an image apart.
 * @throws UserError bad-address for what is none, secret-in-address for one with a user or a password
 */
export function parseImageReference(address: string): ImageReference {
  const wrong = (what: string) => new UserError('bad-address', `invalid OCI reference: ${harmlessLine(withoutSecrets(address))} ${what}`, { hint: FORM });
  const [registry = '', ...path] = address.replace(/^oci:\/\//i, '').split('/');
  if (registry.includes('@') && path.length > 0) {
    throw new UserError('secret-in-address', 'An OCI reference has no user and password', {
      hint: 'log in with docker login or helm registry login, whose configuration is read',
    });
  }
  if (!HOST.test(registry) || !URL.canParse(`https://${registry}`)) throw wrong('does not begin with a host');
  const [, repository = '', , tag, , digest] = /^([^:@]*)(:([^@]*))?(@(.*))?$/s.exec(path.join('/'))?.map((part) => part as string | undefined) ?? [];
  if (repository === '') throw wrong('names no image of that host');
  if (repository.length > LONGEST_REPOSITORY || !repository.split('/').every((component) => COMPONENT.test(component))) {
    throw wrong('has a path that is not of lower-case letters and digits, with . _ or - between them');
  }
  return { registry, repository, ...imageWords({ tag, digest }, wrong) };
}

/** A tag and a digest as a registry knows them. @throws what `wrong` gives */
function imageWords({ tag, digest }: { tag: string | undefined; digest: string | undefined }, wrong: (what: string) => Error): Partial<ImageReference> {
  // As in Helm: a tag cannot have the + of a version.
  const known = tag?.replaceAll('+', '_');
  if (known !== undefined && !TAG.test(known)) throw wrong('has a tag that is none: letters, digits, _ . and -, at most 128 of them');
  if (digest !== undefined && !isDigest(digest)) throw wrong('has a digest that is not sha256: and 64 hexadecimal digits');
  return { ...(known === undefined ? {} : { tag: known }), ...(digest === undefined ? {} : { digest }) };
}

/**
 * What stands behind an image's name: a tag, a digest, or both as `tag@digest`.
 * @throws UserError bad-value
 */
export function parseImageWord(word: string): Pick<ImageReference, 'tag' | 'digest'> {
  const [, tag, digest] = isDigest(word) ? ['', undefined, word] : (/^([^@]*)(?:@(.*))?$/s.exec(word) ?? []);
  return imageWords({ tag, digest }, (what) => new UserError('bad-value', `"${harmlessLine(word)}" ${what}`, { hint: 'give a tag, or a digest' }));
}

/** The tag and the digest of a reference as one word; undefined where it has neither. */
export function imageWord({ tag, digest }: Pick<ImageReference, 'tag' | 'digest'>): string | undefined {
  return digest === undefined ? tag : tag === undefined ? digest : `${tag}@${digest}`;
}

/** The address of the image's repository, whatever of it is wanted. */
export const repositoryAddress = ({ registry, repository }: ImageReference): string => `oci://${registry}/${repository}`;

/** A reference as registries' own tools write it: `host/path/name:tag@digest`. */
export function referenceText({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
