import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { frontDoor } from '../config/front-door.ts';
import { settingsPath } from '../config/settings.ts';
import { familyOf } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { pluginOf } from '../home/names.ts';
import { somethingAt } from '../system/links.ts';
import { directoryAlias } from './directory-aliases.ts';
import { subcommandsOf } from './subcommands.ts';

/** Words that are not looked for among the default plugin's commands: tool's own, and the name of a bare word's file. */
const NOT_OF_DEFAULT: ReadonlySet<string> = new Set(['help', 'version', 'default']);

/** Whether a word may be a command of the default plugin: nobody has the name, and tool does not answer it itself. */
export const mayBeOfDefault = (word: string, layout: Layout): boolean => !NOT_OF_DEFAULT.has(word) && !isSomebodys(word, layout);

/** Whether an enabled plugin has the name that a word addresses, or core plugins with another name have such words. */
export function isSomebodys(word: string, layout: Layout): boolean {
  const plugin = pluginOf(word);
  const directory = directoryAlias(word);
  return [plugin, directory].some((name) => name !== undefined && somethingAt(join(layout.enabled, name))) || familyOf(layout, plugin) !== undefined;
}

/** The commands that are words of their own by `default` under [dispatch]: the word, and the whole one. None under the brand dokku. */
export function wordsOfDefault(layout: Layout): ReadonlyMap<string, string> {
  if (layout.brand === 'dokku' || !existsSync(settingsPath(layout.home))) return new Map();
  const { defaultPlugin, aliases } = frontDoor(layout.home);
  if (defaultPlugin === undefined) return new Map();
  const taken = new Set(aliases.map(({ name }) => name));
  const isFree = (word: string): boolean => mayBeOfDefault(word, layout) && !taken.has(word) && !taken.has(pluginOf(word));
  return new Map(
    subcommandsOf(join(layout.enabled, defaultPlugin))
      .map(({ name }) => [name, `${defaultPlugin}:${name}`] as const)
      .filter(([word]) => isFree(word)),
  );
}
