import type { Descriptor, Manifest } from '../../registries/manifest.ts';
import { harmlessLine } from '../../system/harmless.ts';

/** What says that an image is a plugin: Helm's type, and one of our own for plugins with a plugin.toml. Both are laid out alike. */
export const HELM_ARTIFACT = 'application/vnd.helm.plugin.v1+json';
export const OWN_ARTIFACT = 'application/vnd.tool.plugin.v1+json';
const ARTIFACT_TYPES = [HELM_ARTIFACT, OWN_ARTIFACT];

/** The blobs that matter of a plugin's image. */
export interface PluginLayers {
  readonly archive: Descriptor;
  /** Says who made the archive. */
  readonly provenance?: Descriptor;
}

/**
 * Finds the archive in the image of a plugin, by the rules of Helm (contract helm §6.1).
 * @param name the last part of the image's name
 * @throws Error in Helm's words for an image that is no plugin
 */
export function pluginLayers({ artifactType, config, layers }: Manifest, name: string): PluginLayers {
  const [expected] = ARTIFACT_TYPES;
  if (artifactType !== '' && !ARTIFACT_TYPES.includes(artifactType)) {
    throw new Error(`expected artifact type ${expected}, got ${harmlessLine(artifactType)}`);
  }
  if (artifactType === '' && !ARTIFACT_TYPES.includes(config.mediaType)) {
    throw new Error(`expected config media type ${expected} for legacy compatibility, got ${harmlessLine(config.mediaType)}`);
  }
  const titled = (ending: string): Descriptor | undefined => layers.find(({ title }) => title?.startsWith(`${name}-`) && title.endsWith(ending));
  const archive = titled('.tgz');
  if (!archive) throw new Error(`required layer matching pattern ${name}-VERSION.tgz not found in manifest`);
  const provenance = titled('.tgz.prov');
  return { archive, ...(provenance ? { provenance } : {}) };
}
