import { isCount, isListOf, isObject, isOptional, isText, type Shape } from '../system/own-json.ts';
import { isDigest } from './reference.ts';

/** What a manifest says of one blob. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** What it is called, for one that is a file. */
  readonly title?: string;
}

/** An image: what it is, and the blobs that it has. */
export interface Manifest {
  readonly artifactType: string;
  readonly config: Pick<Descriptor, 'mediaType'>;
  readonly layers: readonly Descriptor[];
}

interface KeptDescriptor extends Omit<Descriptor, 'title'> {
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

interface KeptManifest {
  readonly artifactType?: string | undefined;
  readonly config: { readonly mediaType: string };
  readonly layers: readonly KeptDescriptor[];
}

const isAnyTable = isObject({}) as Shape<Readonly<Record<string, unknown>>>;
const isKeptDescriptor = isObject<KeptDescriptor>({
  mediaType: isText,
  digest: (value): value is string => isText(value) && isDigest(value),
  size: isCount,
  annotations: isOptional(isAnyTable),
});
const isKeptManifest = isObject<KeptManifest>({
  artifactType: isOptional(isText),
  config: isObject<{ mediaType: string }>({ mediaType: isText }),
  layers: isListOf(isKeptDescriptor),
});

const TITLE = 'org.opencontainers.image.title';

/**
 * Reads the manifest of an image (OCI image specification; docker's own has the same form).
 * @throws Error in words for people, to stand behind what it is called
 */
export function readManifest(bytes: Buffer): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw new Error('has a manifest that is not JSON');
  }
  if (isObject<{ manifests: unknown }>({ manifests: Array.isArray as unknown as Shape<unknown> })(value))
    throw new Error('is an index of several images, not a plugin');
  if (!isKeptManifest(value)) throw new Error('has a manifest that is not one of an image');
  const { artifactType = '', config, layers } = value;
  return { artifactType, config, layers: layers.map(described) };
}

function described({ mediaType, digest, size, annotations = {} }: KeptDescriptor): Descriptor {
  const title = Object.hasOwn(annotations, TITLE) ? annotations[TITLE] : undefined;
  return { mediaType, digest, size, ...(isText(title) ? { title } : {}) };
}
