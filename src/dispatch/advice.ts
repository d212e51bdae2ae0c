import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf, isUsers } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { directoryAlias, typedWord } from '../plugins/directory-aliases.ts';
import { subcommandsOf } from '../plugins/subcommands.ts';
import { somethingAt } from '../system/links.ts';
import { nearest } from '../system/nearest.ts';
import { synonym } from './suggest.ts';

/** What to say of a word that nobody answered. */
export interface Advice {
  /** The command that was probably meant. */
  readonly suggestion: string | undefined;
  /** Nothing of the plugin that the word names is like it, and all other words were not looked through. */
  readonly unsearched: boolean;
  /** The plugin that the word names, where it is there and disabled. */
  readonly disabled: string | undefined;
  /** The plugin of Dokku's set whose word it is, where that is there and not enabled: the name by which it can be. */
  readonly available: string | undefined;
  /** The plugin that the word names, where it has commands and none for the bare word. */
  readonly lists: string | undefined;
}

const NONE: Advice = { suggestion: undefined, unsearched: false, disabled: undefined, available: undefined, lists: undefined };

/**
 * What was probably meant by a command line that is none. The plugin that the word names goes before all others.
 * @param word the command word
 * @param next the word behind it: `ops backup` may be `ops:backup`
 * @param search whether the words of all plugins are looked through where the plugin that the word names has nothing like it
 */
export async function adviceFor(word: string, next: string | undefined, layout: Layout, search: boolean): Promise<Advice> {
  const [plugin = '', rest] = [word.split(':', 1)[0], word.includes(':') ? word.slice(word.indexOf(':') + 1) : undefined];
  if (isDisabled(layout, plugin)) return { ...NONE, suggestion: `plugin:enable ${plugin}`, disabled: plugin };
  const own = commandsOf(layout, plugin);
  const available = own.length === 0 && layout.brand !== 'dokku' ? (await import('./available-word.ts')).availableFor(layout, word) : undefined;
  if (available !== undefined) return { ...NONE, suggestion: `plugin:enable ${available}`, available };
  const meant = rest || (rest === undefined ? next : undefined);
  const lists = rest === undefined && own.length > 0 ? plugin : undefined;
  if (own.length > 0 && meant !== undefined) {
    const command = synonym(meant, own) ?? nearest(meant, own);
    if (command !== undefined) return { ...NONE, suggestion: `${plugin}:${command}`, lists };
  }
  if (lists !== undefined) return { ...NONE, lists };
  if (!search) return { ...NONE, unsearched: true };
  const { similarWord } = await import('./similar-word.ts');
  return { ...NONE, suggestion: similarWord(word, next, layout) };
}

/** The lines behind the one that names what is no command. Under the brand dokku they are Dokku's. */
export function adviceLines({ suggestion, disabled, available, lists }: Advice, brand: string): string[] {
  const where = `See \`${brand} help\` for a list of available commands.`;
  if (brand === 'dokku') return [where];
  if (disabled !== undefined) return [`The plugin ${disabled} is disabled; enable it with \`${brand} plugin:enable ${disabled}\`.`];
  if (available !== undefined) return [`The plugin ${available}, one of Dokku's, is available; enable it with \`${brand} plugin:enable ${available}\`.`];
  return [...(suggestion ? [didYouMean(brand, suggestion)] : []), lists === undefined ? where : `See \`${brand} ${lists}\` for the commands of ${lists}.`];
}

export const didYouMean = (brand: string, command: string): string => `Did you mean \`${brand} ${command}\`?`;

/** What stands in front of a brand's name. */
export const article = (brand: string): string => (/^[aeiou]/.test(brand) ? 'an' : 'a');

const isDisabled = (layout: Layout, plugin: string): boolean =>
  isPluginName(plugin) && isUsers(layout, plugin) && existsSync(join(layout.available, plugin)) && !somethingAt(join(layout.enabled, plugin));

/** The commands behind a plugin's colon, in byte order. */
function commandsOf(layout: Layout, plugin: string): string[] {
  if (!isPluginName(plugin)) return [];
  const directory = somethingAt(join(layout.enabled, plugin)) ? plugin : directoryAlias(plugin);
  const tree = familyOf(layout, plugin) ?? (directory && join(layout.enabled, directory));
  return tree === undefined
    ? []
    : subcommandsOf(tree)
        .map(({ name }) => name)
        .filter((name) => name !== 'default' && typedWord(directory ?? plugin, name) === `${plugin}:${name}`);
}
