import { platformNamed, platformText, suits } from '../catalogue/platforms.ts';
import type { Platform } from '../catalogue/release.ts';
import { harmlessLine } from '../system/harmless.ts';
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

/** One image of an index, and what it is for. */
export interface IndexedImage {
  readonly digest: string;
  /** Undefined for one that says nothing. */
  readonly platform?: Platform;
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

interface KeptIndex {
  readonly manifests: readonly { readonly digest: string; readonly platform?: { readonly os: string; readonly architecture: string } | undefined }[];
}

const isKeptIndex = isObject<KeptIndex>({
  manifests: isListOf(
    isObject<KeptIndex['manifests'][number]>({
      digest: (value): value is string => isText(value) && isDigest(value),
      platform: isOptional(isObject<{ os: string; architecture: string }>({ os: isText, architecture: isText })),
    }),
  ),
});

const TITLE = 'org.opencontainers.image.title';

/** @throws Error in words for people, to stand behind what it is called */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Error('has a manifest that is not JSON');
  }
}

/**
 * The images of an index of several (OCI image specification; docker's manifest list has the same form); undefined for what is no index.
 * @throws Error in words for people, to stand behind what it is called
 */
export function readImageIndex(bytes: Buffer): readonly IndexedImage[] | undefined {
  const value = parsed(bytes);
  return isKeptIndex(value) ? value.manifests.map(indexed) : undefined;
}

/**
 * Reads the manifest of an image (OCI image specification; docker's own has the same form).
 * @throws Error in words for people, to stand behind what it is called
 */
export function readManifest(bytes: Buffer): Manifest {
  const value = parsed(bytes);
  if (isKeptIndex(value)) throw new Error('is an index of several images, not a plugin');
  if (!isKeptManifest(value)) throw new Error('has a manifest that is not one of an image');
  const { artifactType = '', config, layers } = value;
  return { artifactType, config, layers: layers.map(described) };
}

function described({ mediaType, digest, size, annotations = {} }: KeptDescriptor): Descriptor {
  const title = Object.hasOwn(annotations, TITLE) ? annotations[TITLE] : undefined;
  return { mediaType, digest, size, ...(isText(title) ? { title } : {}) };
}

function indexed({ digest, platform }: KeptIndex['manifests'][number]): IndexedImage {
  return { digest, ...(platform === undefined ? {} : { platform: platformNamed(platform.os, platform.architecture) }) };
}

/**
 * The image of an index for a platform: that which is for it, or else one that says nothing of platforms.
 * @throws Error in words for people, to stand behind what the index is called
 */
export function manifestFor(images: readonly IndexedImage[], wanted: Platform): IndexedImage {
  const found = images.find(({ platform }) => platform !== undefined && suits(platform, wanted)) ?? images.find(({ platform }) => platform === undefined);
  if (found) return found;
  const others = images.flatMap(({ platform }) => platform ?? []).map((platform) => harmlessLine(platformText(platform)));
  throw new Error(`has no image for ${platformText(wanted)}${others.length === 0 ? '' : `, only for ${others.join(', ')}`}`);
}
