import { type Environment, readLayout } from '../home/layout.ts';
import { asksForJson } from '../terminal/asks-json.ts';
import { logError, logWarn, printJson } from '../terminal/log.ts';
import { adviceFor, adviceLines, article, didYouMean } from './advice.ts';
import { similarWord } from './similar-word.ts';

/** Says of a line that a bare core word was given what is said of an unknown command: `plugin list`. @returns its exit status */
export async function reportUnknown(words: readonly string[], env: Environment): Promise<number> {
  const layout = readLayout(env);
  const { brand } = layout;
  const [word = '', next] = words;
  const message = `\`${words.join(' ')}\` is not ${article(brand)} ${brand} command.`;
  const advice = adviceLines(await adviceFor(word, next, layout, brand !== 'dokku'), brand);
  if (asksForJson(words, brand))
    printJson({ error: (await import('../terminal/json-error.ts')).errorData('unknown-command', message, { hint: advice.join(' ') }) });
  for (const line of [message, ...advice]) logError(line);
  return 1;
}

/** Says what was probably meant by a word that no `commands` script answered: the loop is not kept waiting for it. */
export function reportSimilar(word: string, next: string | undefined, env: Environment): void {
  const layout = readLayout(env);
  const similar = similarWord(word, next, layout);
  if (similar !== undefined) logWarn(didYouMean(layout.brand, similar));
}
