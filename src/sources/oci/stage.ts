import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Signature } from '../../provenance/signature.ts';
import type { Trust } from '../../provenance/trust.ts';
import type { Manifest } from '../../registries/manifest.ts';
import { parseImageReference, referenceText } from '../../registries/reference.ts';
import type { Registry } from '../../registries/registry.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';
import { packedFormat } from '../archive/packing.ts';
import { unpackArchive } from '../archive/unpack.ts';
import { lastPart } from '../default-name.ts';
import type { Brought, StageWorld } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { findImage, registryOf } from './find-image.ts';
import { type PluginLayers, pluginLayers } from './plugin-layers.ts';
import { type OciSource, wishOf } from './source.ts';

/**
 * Brings the plugin in an image: the one of a lock, or else what the registry has for a tag or a range. Every blob is what the manifest says of it, and that is
 * what its digest says.
 * @throws UserError where it cannot be had, is no plugin, or is not what it should be
 */
export async function stageImage(request: SourceRequest, world: StageWorld): Promise<Brought<OciSource>> {
  const { image } = request;
  const wish = image ? { url: image.url, digest: image.digest } : wishOf(request);
  const registry = registryOf(wish.url, world);
  const { manifest, source: found, digest } = await findImage(wish, registry);
  // A lock may be of another platform.
  const source = image === undefined || found.platform === image.platform ? (image ?? found) : { ...image, ...platformOf(found) };
  const shown = referenceText({ ...parseImageReference(source.url), ...(source.tag === undefined ? { digest } : { tag: source.tag }) });
  const { archive, provenance } = layersOf(manifest, source.url, shown);
  const { tree, scratch, limits, listener, trust } = world;
  const file = join(scratch, 'archive');
  await registry.blob(archive, file, { maxBytes: limits.bytes, onProgress: listener.onProgress });
  if (packedFormat(file) !== 'gzip') {
    throw new UserError('not-an-archive', `${shown}: plugin data is not a gzip compressed archive`, { hint: 'ask whoever publishes it' });
  }
  listener.onEnd?.();
  listener.onChosen?.(`Pulled plugin: ${shown}`);
  listener.onChosen?.(`Digest: ${digest}`);
  if (source.platform !== undefined) listener.onChosen?.(`Platform: ${source.platform}`);
  if (provenance) listener.onChosen?.(`Provenance: ${harmlessLine(provenance.title ?? '')}`);
  const signature = provenance && trust && trust.looks() !== 'nowhere' ? await imageSignature({ archive, provenance }, registry, scratch, trust) : undefined;
  const folder = await unpackArchive(file, shown, tree, limits, { format: 'gzip' });
  return { source, folder, signature };
}

const platformOf = ({ platform }: OciSource): Pick<OciSource, 'platform'> => (platform === undefined ? {} : { platform });

/** What the provenance in an image says of the archive in it, which its title names. */
async function imageSignature({ archive, provenance }: Required<PluginLayers>, registry: Registry, scratch: string, trust: Trust): Promise<Signature> {
  const file = join(scratch, 'archive.prov');
  await registry.blob(provenance, file, { maxBytes: SETTINGS_BYTES });
  const { verifyProvenance } = await import('../../provenance/provenance-file.ts');
  const { title = '', digest } = archive;
  return verifyProvenance({ prov: readSmallFile(file, SETTINGS_BYTES), fileName: title, sha256: digest.replace(/^sha256:/, ''), keys: trust.keys().openpgp });
}

function layersOf(manifest: Manifest, url: string, shown: string): PluginLayers {
  try {
    return pluginLayers(manifest, lastPart(url));
  } catch (error) {
    throw new UserError('not-a-plugin', `${shown} is not the image of a plugin: ${(error as Error).message}`, {
      hint: 'check its name and tag, or ask whoever publishes it',
      cause: error,
    });
  }
}
