import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inByteOrder } from '../home/names.ts';
import { PLUGIN_FILE_NAME, WASM_FILE_NAME } from '../plugins/helm/file-names.ts';
import { readHelmManifest } from '../plugins/helm/read-helm-manifest.ts';
import { statOrNothing } from '../system/links.ts';
import { HelmPlugin } from './plugin.ts';

/** Which plugins are meant: those of a name, of a type, or both; all where neither is given. */
export interface Descriptor {
  readonly name?: string;
  readonly type?: string;
}

export interface FindOptions {
  /** Told of each plugin that is left out, and why: one whose manifest is wrong, and those that have one name in one directory. */
  readonly onProblem?: (problem: string) => void;
}

/**
 * The plugins in some directories, in the order of these, and in byte order within each (each one level deep). Directories that are not
 * there hold none. Where two in a directory have one name, both are left out; Helm finds none at all then.
 */
export function findPlugins(directories: readonly string[], descriptor: Descriptor = {}, { onProblem = () => {} }: FindOptions = {}): HelmPlugin[] {
  return directories
    .filter((directory) => directory !== '')
    .flatMap((directory) => pluginsIn(directory, onProblem))
    .filter(
      ({ metadata: { name, type } }) =>
        (descriptor.name === undefined || name === descriptor.name) && (descriptor.type === undefined || type === descriptor.type),
    );
}

/**
 * The first plugin that is meant.
 * @throws Error where there is none
 */
export function findPlugin(directories: readonly string[], descriptor: Descriptor, options: FindOptions = {}): HelmPlugin {
  const [found] = findPlugins(directories, descriptor, options);
  if (found) return found;
  throw new Error(`plugin: {Name:${descriptor.name ?? ''} Type:${descriptor.type ?? ''}} not found`);
}

function pluginsIn(directory: string, onProblem: (problem: string) => void): HelmPlugin[] {
  const plugins = namesIn(directory).flatMap((name) => {
    const place = join(directory, name);
    const read = readAt(place);
    if (read === undefined) return [];
    if (typeof read === 'string') {
      onProblem(`failed to load plugin ${JSON.stringify(place)}: ${read}`);
      return [];
    }
    return [read];
  });
  const places = new Map<string, HelmPlugin[]>();
  for (const plugin of plugins) places.set(plugin.metadata.name, [...(places.get(plugin.metadata.name) ?? []), plugin]);
  for (const [name, several] of places) {
    if (several.length > 1) onProblem(`two plugins claim the name ${JSON.stringify(name)} at ${several.map(({ dir }) => JSON.stringify(dir)).join(' and ')}`);
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

/** The plugin in a directory, what is wrong with it, or undefined where there is none. */
function readAt(place: string): HelmPlugin | string | undefined {
  const file = join(place, PLUGIN_FILE_NAME);
  if (!statOrNothing(file)?.isFile()) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return `failed to read plugin at ${JSON.stringify(file)}: ${error instanceof Error ? error.message : String(error)}`;
  }
  const { metadata, problem } = readHelmManifest(text);
  if (problem !== undefined) return problem;
  const wasm = join(place, WASM_FILE_NAME);
  if (metadata.runtime === 'extism/v1' && !statOrNothing(wasm)?.isFile()) return `wasm binary missing for extism/v1 plugin: ${JSON.stringify(wasm)}`;
  return new HelmPlugin(place, metadata);
}
