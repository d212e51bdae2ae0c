import { type Environment, readLayout } from '../home/layout.ts';
import { logError, logWarn } from '../terminal/log.ts';
import { adviceFor, adviceLines, article, didYouMean } from './advice.ts';
import { similarWord } from './similar-word.ts';

/** Says of a line that a bare core word was given what is said of an unknown command: `plugin list`. @returns its exit status */
export async function reportUnknown(words: readonly string[], env: Environment): Promise<number> {
  const layout = readLayout(env);
  const [word = '', next] = words;
  for (const line of [
    `\`${words.join(' ')}\` is not ${article(layout.brand)} ${layout.brand} command.`,
    ...adviceLines(await adviceFor(word, next, layout, layout.brand !== 'dokku'), layout.brand),
  ])
    logError(line);
  return 1;
}

/** Says what was probably meant by a word that no `commands` script answered: the loop is not kept waiting for it. */
export function reportSimilar(word: string, next: string | undefined, env: Environment): void {
  const layout = readLayout(env);
  const similar = similarWord(word, next, layout);
  if (similar !== undefined) logWarn(didYouMean(layout.brand, similar));
}
