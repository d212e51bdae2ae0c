import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isUsers } from '../home/core-names.ts';
import { type Layout, namesIn } from '../home/layout.ts';
import { inByteOrder, isPluginName } from '../home/names.ts';
import { somethingAt } from '../system/links.ts';
import { Plugin } from './plugin.ts';

/** A plugin of a home. */
export class InstalledPlugin extends Plugin {
  readonly enabled: boolean;

  constructor(name: string, directory: string, enabled: boolean) {
    super(name, directory);
    this.enabled = enabled;
  }
}

/** What a home holds: its plugins, and the enabled names that have no plugin. */
export interface Installed {
  readonly plugins: readonly InstalledPlugin[];
  readonly dangling: readonly string[];
}

/**
 * Plugins under available/, and directories put into enabled/ by hand (DESIGN "State on disk"), in byte order.
 * Every enabled name is looked at once: a thousand plugins are a thousand stats.
 */
export function installedPlugins(layout: Layout): Installed {
  const available = new Set(namesIn(layout.available).filter(isPluginName));
  const enabled = namesIn(layout.enabled).filter(isPluginName);
  const dangling = enabled.filter((name) => !existsSync(`${layout.enabled}/${name}`));
  const working = new Set(enabled);
  for (const name of dangling) working.delete(name);
  const plugins = [...new Set([...available, ...working])]
    .sort(inByteOrder)
    .map((name) => new InstalledPlugin(name, `${available.has(name) ? layout.available : layout.enabled}/${name}`, working.has(name)));
  return { plugins, dangling: dangling.filter((name) => !available.has(name)) };
}

/** Whether a name is enabled, its link possibly leading nowhere. */
export const isEnabled = (layout: Layout, name: string): boolean => somethingAt(join(layout.enabled, name));

/** Whether a plugin, the user's or one that is enabled, has a name. */
export const isTaken = (layout: Layout, name: string): boolean => isUsers(layout, name) || isEnabled(layout, name);

/** Whether there is anything to enable under a name. */
export const isAvailable = (layout: Layout, name: string): boolean => isPluginName(name) && existsSync(join(layout.available, name));
