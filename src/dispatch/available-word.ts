import { join } from 'node:path';
import { coreNameOf, shownName } from '../home/core-names.ts';
import { isDokkusAside } from '../home/core-plugins.ts';
import type { Layout } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { directoryAlias } from '../plugins/directory-aliases.ts';
import { somethingAt } from '../system/links.ts';

/** The plugin of Dokku's set that has a word's commands and is not enabled, by the name that it has here. */
export function availableFor(layout: Layout, word: string): string | undefined {
  const plugin = word.split(':', 1)[0] as string;
  if (!isPluginName(plugin) || somethingAt(join(layout.enabled, plugin))) return undefined;
  const name = [coreNameOf(layout, plugin), directoryAlias(word)].find((one) => one !== undefined && isDokkusAside(layout, one));
  return name === undefined ? undefined : shownName(layout, name);
}
