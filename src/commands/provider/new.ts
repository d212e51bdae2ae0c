import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { LANGUAGES, type Language, refuseTaken, skeletonOf, writeSkeleton } from '../../publishing/provider-skeleton.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { plural, wordList } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** What is done next, by language. */
const NEXT: Readonly<Record<Language, string>> = {
  ts: 'npm install && npm test',
  bash: './build && node --test test/',
  python: './build && python3 test_provider.py',
};

/** Makes the directory of a new provider: one that works, with a test. */
export async function run({ layout, args: [name], options }: CommandContext<'provider:new'>): Promise<Outcome> {
  const language = languageOf(options.lang);
  const files = skeletonOf(layout.packagePath, name, language);
  const place = options.directory ?? name;
  const directory = resolve(place);
  refuseTaken(directory);
  if (!options.dryRun) writeSkeleton(directory, files);
  const shown = harmlessLine(place);
  const data = { name, language, directory, files: files.map(({ path }) => path), changed: !options.dryRun };
  if (options.dryRun) return { data, lines: () => [`would make ${shown}: ${plural(files.length, 'file')}`, ...files.map(({ path }) => `  ${path}`)] };
  return { data, lines: () => [{ info: `${shown} made: ${plural(files.length, 'file')}` }, `Build and test it: cd ${shown} && ${NEXT[language]}`] };
}

function languageOf(asked = 'ts'): Language {
  const language = LANGUAGES.find((one) => one === asked);
  if (language) return language;
  throw new UserError('unknown-value', `--lang "${harmlessLine(asked)}" is not known`, { hint: `it is ${wordList(LANGUAGES, 'or')}` });
}
