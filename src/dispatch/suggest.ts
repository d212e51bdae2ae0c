import { join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { isExecutableFile } from '../plugins/executable.ts';
import { enabledPlugins, type Layout, namesIn } from '../plugins/layout.ts';

/** The nearest of some words, or undefined when none is near enough to be a slip of the fingers. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, known);
  return distance(word, best) <= Math.max(1, Math.floor(word.length / 3)) ? best : undefined;
}

/** Every command word that a file stands for, `help` and `version` included. */
export function commandWords(layout: Layout): string[] {
  const words = ['help', 'version'];
  for (const plugin of enabledPlugins(layout).names) {
    const folder = join(layout.enabled, plugin, 'subcommands');
    for (const name of namesIn(folder)) {
      if (isExecutableFile(join(folder, name))) words.push(name === 'default' ? plugin : `${plugin}:${name}`);
    }
  }
  return words;
}

/** The command that was probably meant by a word that is none. */
export const suggestCommand = (word: string, layout: Layout): string | undefined => nearest(word, commandWords(layout));
