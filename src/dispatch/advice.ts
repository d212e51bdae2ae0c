import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { directoryAlias, typedWord } from '../plugins/directory-aliases.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { enabledPlugins, type Layout, namesIn } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { somethingAt } from '../system/links.ts';
import { nearest, synonym } from './suggest.ts';

/** What to say of a word that nobody answered. */
export interface Advice {
  /** The command that was probably meant. */
  readonly suggestion: string | undefined;
  /** The plugin that the word names, where it is there and disabled. */
  readonly disabled: string | undefined;
  /** The plugin that the word names, where it has commands and none for the bare word. */
  readonly lists: string | undefined;
}

/**
 * What was probably meant by a command line that is none. The plugin that the word names goes before all others.
 * @param word the command word
 * @param next the word behind it: `ops backup` may be `ops:backup`
 */
export function adviceFor(word: string, next: string | undefined, layout: Layout): Advice {
  const [plugin = '', rest] = [word.split(':', 1)[0], word.includes(':') ? word.slice(word.indexOf(':') + 1) : undefined];
  if (isDisabled(layout, plugin)) return { suggestion: `plugin:enable ${plugin}`, disabled: plugin, lists: undefined };
  const own = commandsOf(layout, plugin);
  const meant = rest || (rest === undefined ? next : undefined);
  const command = meant === undefined ? undefined : (synonym(meant, own) ?? nearest(meant, own));
  const lists = rest === undefined && own.length > 0 ? plugin : undefined;
  if (command !== undefined) return { suggestion: `${plugin}:${command}`, disabled: undefined, lists };
  if (lists !== undefined) return { suggestion: undefined, disabled: undefined, lists };
  const words = commandWords(layout);
  const joined = rest === undefined && next ? nearest(`${word}:${next}`, words) : undefined;
  const names = [...new Set(words.map((known) => known.split(':', 1)[0] as string))];
  const suggestion = nearest(word, words) ?? joined ?? (rest === undefined ? nearest(word, names) : undefined);
  return { suggestion, disabled: undefined, lists: undefined };
}

/** The lines behind the one that names what is no command. Under the brand dokku they are Dokku's. */
export function adviceLines({ suggestion, disabled, lists }: Advice, brand: string): string[] {
  const where = `See \`${brand} help\` for a list of available commands.`;
  if (brand === 'dokku') return [where];
  if (disabled !== undefined) return [`The plugin ${disabled} is disabled; enable it with \`${brand} plugin:enable ${disabled}\`.`];
  return [
    ...(suggestion ? [`Did you mean \`${brand} ${suggestion}\`?`] : []),
    lists === undefined ? where : `See \`${brand} ${lists}\` for the commands of ${lists}.`,
  ];
}

/** What stands in front of a brand's name. */
export const article = (brand: string): string => (/^[aeiou]/.test(brand) ? 'an' : 'a');

const isDisabled = (layout: Layout, plugin: string): boolean =>
  isPluginName(plugin) && existsSync(join(layout.available, plugin)) && !somethingAt(join(layout.enabled, plugin));

/** The commands behind a plugin's colon, in byte order. */
function commandsOf(layout: Layout, plugin: string): string[] {
  if (!isPluginName(plugin)) return [];
  const directory = somethingAt(join(layout.enabled, plugin)) ? plugin : directoryAlias(plugin);
  return directory === undefined
    ? []
    : programsIn(layout, directory).filter((name) => name !== 'default' && typedWord(directory, name) === `${plugin}:${name}`);
}

const programsIn = (layout: Layout, directory: string): string[] => {
  const folder = join(layout.enabled, directory, 'subcommands');
  return namesIn(folder).filter((name) => isExecutableFile(join(folder, name)));
};

/** Every command word that a file stands for, as it is typed; `help` and `version` included. */
function commandWords(layout: Layout): string[] {
  return ['help', 'version', ...enabledPlugins(layout).names.flatMap((plugin) => programsIn(layout, plugin).map((name) => typedWord(plugin, name)))];
}
