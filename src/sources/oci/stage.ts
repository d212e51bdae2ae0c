import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Manifest } from '../../registries/manifest.ts';
import { parseImageReference, referenceText } from '../../registries/reference.ts';
import { harmlessLine } from '../../system/harmless.ts';
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
  const source = image ?? found;
  const shown = referenceText({ ...parseImageReference(source.url), ...(source.tag === undefined ? { digest } : { tag: source.tag }) });
  const { archive, provenance } = layersOf(manifest, source.url, shown);
  const { tree, scratch, limits, listener } = world;
  const file = join(scratch, 'archive');
  await registry.blob(archive, file, { maxBytes: limits.bytes, onProgress: listener.onProgress });
  if (packedFormat(file) !== 'gzip') {
    throw new UserError('not-an-archive', `${shown}: plugin data is not a gzip compressed archive`, { hint: 'ask whoever publishes it' });
  }
  listener.onEnd?.();
  listener.onChosen?.(`Pulled plugin: ${shown}`);
  listener.onChosen?.(`Digest: ${digest}`);
  if (provenance) listener.onChosen?.(`Provenance: ${harmlessLine(provenance.title ?? '')}`);
  const folder = await unpackArchive(file, shown, tree, limits, { format: 'gzip' });
  return { source, folder };
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
