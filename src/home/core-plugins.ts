import { join } from 'node:path';
import { namesIn } from './layout.ts';

/** Where a package has its core plugins: those of `tool`, and those that stand in for Dokku's own. */
const FOLDERS = ['plugins', 'compat/dokku'];

/** A plugin that comes with the package. */
export interface CorePlugin {
  readonly name: string;
  /** The folder in the package. */
  readonly path: string;
  /** Whether it stands in for one of Dokku's own plugins, and is for homes that want those. */
  readonly isDokkus: boolean;
}

/** The plugins that come with a package, by name in byte order within each folder. */
export function corePlugins(packagePath: string): CorePlugin[] {
  return FOLDERS.flatMap((folder) =>
    namesIn(join(packagePath, folder)).map((name) => ({ name, path: join(packagePath, folder, name), isDokkus: folder !== 'plugins' })),
  );
}
