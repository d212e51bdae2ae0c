import { join } from 'node:path';
import { lookedUpFamilies } from '../home/core-names.ts';
import { enabledPlugins, type Layout } from '../home/layout.ts';
import { typedWord } from '../plugins/directory-aliases.ts';
import { wordsOfDefault } from '../plugins/own-words.ts';
import { subcommandsOf } from '../plugins/subcommands.ts';
import { nearest } from '../system/nearest.ts';

/** The command of any plugin that is most like a word, or like it and the one behind it. */
export function similarWord(word: string, next: string | undefined, layout: Layout): string | undefined {
  const isWhole = !word.includes(':');
  const words = wordsOfAll(layout);
  const joined = isWhole && next ? nearest(`${word}:${next}`, words) : undefined;
  const names = [...new Set(words.map((known) => known.split(':', 1)[0] as string))];
  return nearest(word, words) ?? joined ?? (isWhole ? nearest(word, names) : undefined);
}

/** Every command word that a file stands for, as it is typed; `help`, `version` and what is looked up included. */
function wordsOfAll(layout: Layout): string[] {
  return [
    'help',
    'version',
    ...wordsOfDefault(layout).keys(),
    ...lookedUpFamilies(layout).flatMap((family) => subcommandsOf(join(layout.coreAvailable, family)).map(({ name }) => typedWord(family, name))),
    ...enabledPlugins(layout).names.flatMap((plugin) => subcommandsOf(join(layout.enabled, plugin)).map(({ name }) => typedWord(plugin, name))),
  ];
}
