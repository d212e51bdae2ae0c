import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { linkTarget, somethingAt } from '../system/links.ts';
import { isCore, type Layout } from './layout.ts';

/** The families, each a folder in plugins/. The other folders there are always enabled. */
export const FAMILIES: ReadonlySet<string> = new Set([
  'action',
  'addon',
  'args',
  'bundle',
  'completion',
  'content',
  'docs',
  'event',
  'fetch',
  'instance',
  'postrender',
  'provider',
  'repository',
  'serve',
  'server',
  'store',
  'trust',
]);

/** The plugins of a home that hear triggers and answer none: what makes events of them, and the event log. */
export const LISTENERS: ReadonlySet<string> = new Set(['20_event-bridge', '20_events']);

/** The plugin that has the words of no plugin (`url`, `report`): where it is enabled, a home has Dokku's set. */
export const STANDARD = '00_dokku-standard';

/** What leads from plugins/available to core plugins. */
export const TO_CORE = '../../core-plugins/available/';

/** The name under which a core plugin is reachable where a plugin of the user's has its own. */
export const besideUsers = (name: string): string => `core-${name}`;

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

/** The core plugin whose link stands under a name among the available; undefined for a plugin of the user's, and for nothing. */
export function coreNameOf({ available }: Layout, shown: string): string | undefined {
  const target = linkTarget(join(available, shown)) ?? '';
  const name = target.startsWith(TO_CORE) ? target.slice(TO_CORE.length) : '';
  return name !== '' && (shown === name || shown === besideUsers(name)) ? name : undefined;
}

/** The name that a core plugin has here: its own, unless a plugin of the user's has that. */
export const shownName = (layout: Layout, name: string): string => (coreNameOf(layout, name) === name ? name : besideUsers(name));

/** Whether the plugin under a name comes with the package, enabled or not. */
export const isShipped = (layout: Layout, shown: string): boolean =>
  isCore(layout, shown) || (coreNameOf(layout, shown) !== undefined && !isByHand(layout, shown));

/** A directory that somebody put among the enabled is no core plugin, whatever is available. */
const isByHand = ({ enabled }: Layout, name: string): boolean => somethingAt(join(enabled, name)) && linkTarget(join(enabled, name)) === undefined;

/** Whether a plugin of the user's stands among the available under a name, or something else that is no core plugin. */
export const isUsers = (layout: Layout, name: string): boolean => somethingAt(join(layout.available, name)) && coreNameOf(layout, name) === undefined;
