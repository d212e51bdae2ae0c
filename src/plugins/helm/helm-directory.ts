import { join } from 'node:path';
import { harmlessLine } from '../../system/harmless.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../../system/small-file.ts';
import { PLUGIN_FILE_NAME } from './file-names.ts';
import { missingModule } from './missing-module.ts';
import { type HelmManifestResult, readHelmManifest } from './read-helm-manifest.ts';

/**
 * The plugin of Helm's in a directory, or the one line that says why there is none: its plugin.yaml cannot be read or is wrong, or its module is missing (contract helm §1.3).
 */
export function readHelmDirectory(directory: string): HelmManifestResult {
  let text: string;
  try {
    text = readSmallFile(join(directory, PLUGIN_FILE_NAME), SETTINGS_BYTES);
  } catch (error) {
    return { problem: whyUnread(error) };
  }
  const { metadata, problem } = readHelmManifest(text);
  if (metadata === undefined) return { problem: harmlessLine(problem.replaceAll('\n', ' ')) };
  const missing = missingModule(directory, metadata);
  return missing === undefined ? { metadata } : { problem: missing };
}
