import { type ListForm, overview, wordIn } from '../../help/overview.ts';
import type { HelpEntry, PluginHelp } from '../../help/plugin-help.ts';
import type { Layout } from '../../home/layout.ts';
import { wordsOfDefault } from '../../plugins/own-words.ts';
import { outputWidth } from '../../terminal/width.ts';

/** The list of commands, in lines. */
export const listLines = (plugins: readonly PluginHelp[], layout: Layout, form: Omit<ListForm, 'width'>): string[] =>
  overview(withOwnWords(plugins, wordsOfDefault(layout)), layout, { ...form, width: outputWidth() });

/** The commands of the default plugin are listed by the words that they can be typed as. @param words the short one, and the whole one */
function withOwnWords(plugins: readonly PluginHelp[], words: ReadonlyMap<string, string>): readonly PluginHelp[] {
  if (words.size === 0) return plugins;
  const short = new Map([...words].map(([word, whole]) => [whole, word]));
  const renamed = (entry: HelpEntry): HelpEntry => {
    const whole = wordIn(entry.usage);
    const word = short.get(whole);
    return word === undefined ? entry : { ...entry, usage: word + entry.usage.slice(whole.length) };
  };
  return plugins.map((plugin) => ({ ...plugin, entries: plugin.entries.map(renamed) }));
}
