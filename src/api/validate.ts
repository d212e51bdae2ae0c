import type { HelmMetadata } from '../plugins/helm/metadata.ts';
import { readHelmManifest } from '../plugins/helm/read-helm-manifest.ts';

/**
 * Reads the text of a plugin.yaml.
 * @throws Error with the text of Helm where something is wrong
 */
export function validateManifest(text: string): HelmMetadata {
  const { metadata, problem } = readHelmManifest(text);
  if (problem !== undefined) throw new Error(problem);
  return metadata;
}
