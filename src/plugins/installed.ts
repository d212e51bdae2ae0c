import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { somethingAt } from '../system/links.ts';
import { type Layout, namesIn } from './layout.ts';
import { inByteOrder, isPluginName } from './names.ts';

export interface InstalledPlugin {
  readonly name: string;
  readonly directory: string;
  readonly enabled: boolean;
}

/** Plugins under available/, and directories put into enabled/ by hand (DESIGN "State on disk"), in byte order. */
export function installedPlugins(layout: Layout): InstalledPlugin[] {
  const available = namesIn(layout.available).filter(isPluginName);
  const byHand = namesIn(layout.enabled).filter((name) => isPluginName(name) && !available.includes(name) && existsSync(join(layout.enabled, name)));
  return [
    ...available.map((name) => ({ name, directory: join(layout.available, name), enabled: existsSync(join(layout.enabled, name)) })),
    ...byHand.map((name) => ({ name, directory: join(layout.enabled, name), enabled: true })),
  ].sort((a, b) => inByteOrder(a.name, b.name));
}

/** Enabled names whose plugin is gone. */
export const danglingLinks = (layout: Layout): string[] =>
  namesIn(layout.enabled).filter((name) => isPluginName(name) && !existsSync(join(layout.enabled, name)));

/** Whether a name is enabled, its link possibly leading nowhere. */
export const isEnabled = (layout: Layout, name: string): boolean => somethingAt(join(layout.enabled, name));

/** Whether there is anything to enable under a name. */
export const isAvailable = (layout: Layout, name: string): boolean => isPluginName(name) && existsSync(join(layout.available, name));
