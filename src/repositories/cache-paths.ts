import { join } from 'node:path';
import type { Layout } from '../home/layout.ts';

/** Where the copy of one repository's index is. Nobody's name begins with a dot. */
export interface CachePaths {
  readonly folder: string;
  /** Held while the copy is renewed. */
  readonly lock: string;
  /** Written last: it names the snapshot that counts. */
  readonly meta: string;
  /** A bare clone of an index in git. */
  readonly clone: string;
  /** What was read from one state of the index. */
  snapshot(id: string): string;
}

/** The copies of a home's indexes: an index says which bytes are installed, so they are code, not state (decision 009). */
export const cacheRoot = ({ pluginPath }: Pick<Layout, 'pluginPath'>): string => join(pluginPath, 'repositories');

/** Downloads of what indexes list, by their checksums. */
export const downloadsFolder = (layout: Pick<Layout, 'pluginPath'>): string => join(cacheRoot(layout), '.downloads');

/** @param name of a repository, which has been looked at */
export function cachePaths(root: string, name: string): CachePaths {
  const folder = join(root, name);
  return {
    folder,
    lock: join(root, `.${name}.lock`),
    meta: join(folder, 'meta.json'),
    clone: join(folder, 'clone.git'),
    snapshot: (id) => join(folder, id),
  };
}
