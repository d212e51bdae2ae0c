import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inByteOrder } from '../../home/names.ts';
import { statOrNothing } from '../../system/links.ts';
import { PLUGIN_FILE_NAME } from './file-names.ts';
import type { HelmMetadata } from './metadata.ts';
import { missingModule } from './missing-module.ts';
import { readHelmManifest } from './read-helm-manifest.ts';

/** A plugin of Helm's, as it is found. */
export interface FoundHelmPlugin {
  /** The directory that was looked into, and its own name in it: a link is not followed, and what is relative stays so. */
  readonly dir: string;
  readonly metadata: HelmMetadata;
}

/**
 * The plugins in a directory as Helm finds them (contract helm §2): each in a directory of its own there, hidden ones and links too, in byte order. A directory that is not there
 * holds none. Where two have one name both are left out; Helm finds none at all then.
 * @param onProblem told of each that is left out, and why
 */
export function findHelmPlugins(directory: string, onProblem: (problem: string) => void): FoundHelmPlugin[] {
  const plugins = namesIn(directory).flatMap((name) => {
    const dir = join(directory, name);
    const read = readAt(dir);
    if (typeof read !== 'string') return read === undefined ? [] : [{ dir, metadata: read }];
    onProblem(`failed to load plugin ${JSON.stringify(dir)}: ${read}`);
    return [];
  });
  const places = new Map<string, string[]>();
  for (const { dir, metadata } of plugins) places.set(metadata.name, [...(places.get(metadata.name) ?? []), dir]);
  for (const [name, several] of places) {
    if (several.length > 1) onProblem(`two plugins claim the name ${JSON.stringify(name)} at ${several.map((dir) => JSON.stringify(dir)).join(' and ')}`);
  }
  return plugins.filter(({ metadata }) => places.get(metadata.name)?.length === 1);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort(inByteOrder);
  } catch {
    return [];
  }
}

/** What the plugin in a directory says, what is wrong with it, or undefined where there is none. */
function readAt(place: string): HelmMetadata | string | undefined {
  const file = join(place, PLUGIN_FILE_NAME);
  if (!statOrNothing(file)?.isFile()) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return `failed to read plugin at ${JSON.stringify(file)}: ${error instanceof Error ? error.message : String(error)}`;
  }
  const { metadata, problem } = readHelmManifest(text);
  return metadata === undefined ? problem : (missingModule(place, metadata) ?? metadata);
}
