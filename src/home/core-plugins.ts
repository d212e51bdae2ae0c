import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { linkTarget, somethingAt } from '../system/links.ts';
import { isCore, type Layout, namesIn } from './layout.ts';

/**
 * What becomes of a core plugin in a home (DESIGN "Whose names"). Those that are `always` enabled are what tool itself is made of. A `family` and
 * a plugin of `dokku`, which stands in for one of Dokku's own, are there and not enabled: the words of a family are looked up, those of Dokku's
 * set take its plugin to be enabled.
 */
export type CoreKind = 'always' | 'family' | 'dokku';

/** The families, each a folder in plugins/. The other folders there are always enabled. */
const FAMILIES: ReadonlySet<string> = new Set(['server']);

/** Where a package has those that stand in for Dokku's. */
const DOKKUS = 'compat/dokku';

/** The plugin that has the words of no plugin (`url`, `report`): where it is enabled, a home has Dokku's set. */
export const STANDARD = '00_dokku-standard';

/** What leads from plugins/available to core plugins. */
export const TO_CORE = '../../core-plugins/available/';

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

/** The name under which a core plugin is reachable where a plugin of the user's has its own. */
export const besideUsers = (name: string): string => `core-${name}`;

/** Of which kind a home's core plugin is: its link says where it comes from. */
export function kindOf({ coreAvailable }: Layout, name: string): CoreKind {
  if (FAMILIES.has(name)) return 'family';
  return linkTarget(join(coreAvailable, name))?.endsWith(`/${DOKKUS}/${name}`) ? 'dokku' : 'always';
}

/** Whether a core plugin is enabled, under its own name or the other. */
export const isCoreEnabled = (layout: Layout, name: string): boolean => isCore(layout, name) || isCore(layout, besideUsers(name));

/** The directory of the family whose words `plugin` and `plugin:…` are; undefined where an enabled plugin has the name, which is all that is asked then. */
export function familyOf({ enabled, coreAvailable }: Layout, plugin: string): string | undefined {
  const name = FAMILIES.has(plugin) ? plugin : [...FAMILIES].find((family) => besideUsers(family) === plugin);
  if (name === undefined || somethingAt(join(enabled, plugin))) return undefined;
  const directory = join(coreAvailable, name);
  return existsSync(directory) ? directory : undefined;
}

/** The families whose words are looked up, in byte order. */
export const lookedUpFamilies = (layout: Layout): string[] => [...FAMILIES].filter((name) => familyOf(layout, name) !== undefined).sort();

/** Those of Dokku's set that have commands and are not enabled, in byte order. */
export const dokkusAside = (layout: Layout): string[] =>
  namesIn(layout.coreAvailable).filter((name) => kindOf(layout, name) === 'dokku' && !isCoreEnabled(layout, name) && hasCommands(layout, name));

/** Whether there is anything to type of a core plugin: some of Dokku's set are there to be sourced, or heard. */
const hasCommands = ({ coreAvailable }: Layout, name: string): boolean => existsSync(join(coreAvailable, name, 'commands'));

/** The core plugin whose link stands under a name among the available; undefined for a plugin of the user's, and for nothing. */
export function coreNameOf({ available }: Layout, shown: string): string | undefined {
  const target = linkTarget(join(available, shown)) ?? '';
  const name = target.startsWith(TO_CORE) ? target.slice(TO_CORE.length) : '';
  return name !== '' && (shown === name || shown === besideUsers(name)) ? name : undefined;
}

/** Whether the plugin under a name comes with the package, enabled or not. */
export const isShipped = (layout: Layout, shown: string): boolean =>
  isCore(layout, shown) || (coreNameOf(layout, shown) !== undefined && !isByHand(layout, shown));

/** A directory that somebody put among the enabled is no core plugin, whatever is available. */
const isByHand = ({ enabled }: Layout, name: string): boolean => somethingAt(join(enabled, name)) && linkTarget(join(enabled, name)) === undefined;

/** Whether a plugin of the user's stands among the available under a name, or something else that is no core plugin. */
export const isUsers = (layout: Layout, name: string): boolean => somethingAt(join(layout.available, name)) && coreNameOf(layout, name) === undefined;
