import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { linkTarget } from '../system/links.ts';
import { FAMILIES, isCoreEnabled } from './core-names.ts';
import { type Layout, namesIn } from './layout.ts';

/**
 * What becomes of a core plugin in a home (decision 013). Those that are `always` enabled are what tool itself is made of. A `family` and
 * a plugin of `dokku`, which stands in for one of Dokku's own, are there and not enabled: the words of a family are looked up, those of Dokku's
 * set take its plugin to be enabled.
 */
export type CoreKind = 'always' | 'family' | 'dokku';

/** Where a package has those that stand in for Dokku's. */
const DOKKUS = 'compat/dokku';

/** A plugin that comes with the package. */
export interface CorePlugin {
  readonly name: string;
  /** The folder in the package. */
  readonly path: string;
  readonly kind: CoreKind;
}

/** The plugins that come with a package, by name in byte order within each folder. */
export function corePlugins(packagePath: string): CorePlugin[] {
  const inFolder = (folder: string, kindOf: (name: string) => CoreKind): CorePlugin[] =>
    namesIn(join(packagePath, folder)).map((name) => ({ name, path: join(packagePath, folder, name), kind: kindOf(name) }));
  return [...inFolder('plugins', (name) => (FAMILIES.has(name) ? 'family' : 'always')), ...inFolder(DOKKUS, () => 'dokku')];
}

/** Of which kind a home's core plugin is: its link says where it comes from. */
export function kindOf({ coreAvailable }: Layout, name: string): CoreKind {
  if (FAMILIES.has(name)) return 'family';
  return linkTarget(join(coreAvailable, name))?.endsWith(`/${DOKKUS}/${name}`) ? 'dokku' : 'always';
}

/** Those of Dokku's set that have commands and are not enabled, in byte order. */
export const dokkusAside = (layout: Layout): string[] => namesIn(layout.coreAvailable).filter((name) => isDokkusAside(layout, name));

/** Whether a core plugin is one of those. */
export const isDokkusAside = (layout: Layout, name: string): boolean =>
  kindOf(layout, name) === 'dokku' && !isCoreEnabled(layout, name) && hasCommands(layout, name);

/** Whether there is anything to type of a core plugin: some of Dokku's set are there to be sourced, or heard. */
const hasCommands = ({ coreAvailable }: Layout, name: string): boolean => existsSync(join(coreAvailable, name, 'commands'));
