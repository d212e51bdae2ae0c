import { type Environment, readLayout } from '../plugins/layout.ts';
import { logWarn } from '../terminal/log.ts';
import { adviceFor, adviceLines, article } from './advice.ts';

/** Says of a line that a bare core word was given what is said of an unknown command: `plugin list`. @returns its exit status */
export function sayUnknown(words: readonly string[], env: Environment): number {
  const layout = readLayout(env);
  const [word = '', next] = words;
  for (const line of [
    `\`${words.join(' ')}\` is not ${article(layout.brand)} ${layout.brand} command.`,
    ...adviceLines(adviceFor(word, next, layout), layout.brand),
  ])
    logWarn(line);
  return 1;
}
