import { errorData } from '../terminal/json-error.ts';
import { jsonText } from '../terminal/json-text.ts';
import { adviceLines, article } from './advice.ts';
import type { CommandsRoute } from './route.ts';

/** What is told in JSON of a word that nobody answered, as a line of it. */
export function unansweredJson({ broken, refusal, word, shown, advice }: CommandsRoute, brand: string): string {
  const error = broken
    ? errorData('not-executable', `${broken.file} cannot be run: ${broken.problem}`, { hint: broken.remedy })
    : refusal
      ? errorData('not-available', `${word} is not possible: ${refusal.reason}`, { hint: refusal.instead })
      : errorData('unknown-command', `\`${shown}\` is not ${article(brand)} ${brand} command.`, { hint: adviceLines(advice, brand).join(' ') });
  return jsonText({ error });
}
