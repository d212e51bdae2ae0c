import { platformText } from '../../catalogue/platforms.ts';
import type { Platform } from '../../catalogue/release.ts';
import { inByteOrder } from '../../home/names.ts';
import { digestOf, type LocalBlob, type LocalManifest } from '../../registries/push.ts';
import { HELM_ARTIFACT, OWN_ARTIFACT } from '../../sources/oci/plugin-layers.ts';

/** What an image of a plugin is made of. */
export interface ImageParts {
  /** Whether it is one for Helm. */
  readonly isHelms: boolean;
  readonly version: string;
  readonly description: string;
  readonly archive: LocalBlob;
  readonly provenance?: LocalBlob;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
/** Helm takes layers of these types alone. */
const LAYERS = { archive: 'application/vnd.oci.image.layer.v1.tar+gzip', provenance: 'application/vnd.oci.image.layer.v1.tar' };

const NOTHING = Buffer.from('{}');
/** The configuration of an image that has none (OCI image specification, "Guidance for an Empty Descriptor"). */
export const EMPTY_CONFIG: LocalBlob = { name: 'the configuration', digest: digestOf(NOTHING), size: NOTHING.length, content: NOTHING };

/** What says that an image is a plugin. */
export const artifactTypeOf = ({ isHelms }: Pick<ImageParts, 'isHelms'>): string => (isHelms ? HELM_ARTIFACT : OWN_ARTIFACT);

/** The manifest of an image, laid out as Helm has it (contract helm §6.1): the archive by its title, and behind it who vouches for it. The same parts give the same bytes. */
export function imageManifest(parts: ImageParts, name: string): LocalManifest {
  const { archive, provenance, version, description } = parts;
  const layer = ({ digest, size, name: title }: LocalBlob, mediaType: string): object => ({
    mediaType,
    digest,
    size,
    annotations: { 'org.opencontainers.image.title': title },
  });
  return json(MANIFEST, {
    artifactType: artifactTypeOf(parts),
    config: { mediaType: EMPTY, digest: EMPTY_CONFIG.digest, size: EMPTY_CONFIG.size },
    layers: [layer(archive, LAYERS.archive), ...(provenance ? [layer(provenance, LAYERS.provenance)] : [])],
    annotations: {
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      ...(description === '' ? {} : { 'org.opencontainers.image.description': description }),
    },
  });
}

/** An image of an index. */
interface PlacedImage {
  readonly platform?: Platform;
  readonly digest: string;
  readonly manifest: LocalManifest;
}

/** An index of images for several platforms, in byte order of these. */
export function imageIndex(images: readonly PlacedImage[], artifactType: string): LocalManifest {
  const manifests = images
    .flatMap(({ platform, digest, manifest }) => (platform ? [{ platform, digest, manifest }] : []))
    .sort((a, b) => inByteOrder(platformText(a.platform), platformText(b.platform)))
    .map(({ platform: { os, arch }, digest, manifest: { mediaType, bytes } }) => ({
      mediaType,
      artifactType,
      digest,
      size: bytes.length,
      platform: { architecture: arch, os },
    }));
  return json(INDEX, { artifactType, manifests });
}

const json = (mediaType: string, value: object): LocalManifest => ({
  mediaType,
  bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...value })),
});
