import { findHelmPlugins } from '../plugins/helm/find-helm-plugins.ts';
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
    .flatMap((directory) => findHelmPlugins(directory, onProblem))
    .map(({ dir, metadata }) => new HelmPlugin(dir, metadata))
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
