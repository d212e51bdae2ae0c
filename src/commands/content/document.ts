import { extname } from 'node:path';
import { DOCUMENT_FORMS, type DocumentForm, documentPack } from '../../content/document-pack.ts';
import type { Pack } from '../../content/pack.ts';
import { readDirectory } from '../../content/read-directory.ts';
import { readPack } from '../../content/read-pack.ts';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { statOrNothing } from '../../system/links.ts';
import { wordList } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { writeMade } from './written-file.ts';

/** Writes the documentation of a content pack, to a file or to standard output. */
export async function run({ args: [place], options, warn }: CommandContext<'content:document'>): Promise<Outcome> {
  const { output } = options;
  const form = formOf(options.to, output);
  if (output === undefined && options.check)
    throw new UserError('flag-does-not-apply', '--check needs --output', { hint: 'name the file that is to be checked' });
  const text = documentPack(packAt(place, warn), form);
  if (output === undefined) return { data: { form, text }, lines: () => [text.trimEnd()] };
  const { isStale, changed } = writeMade(output, text, options);
  const shown = harmlessLine(output);
  return {
    data: { output, form, changed },
    lines: () => [isStale ? (changed ? { info: `${shown} written` } : `would write ${shown}`) : `${shown} is up to date`],
  };
}

function packAt(place: string, warn: (text: string) => void): Pack {
  if (!statOrNothing(place)?.isDirectory()) return readPack(place);
  const { pack, warnings } = readDirectory(place);
  for (const warning of warnings) warn(warning);
  return pack;
}

function formOf(asked: string | undefined, output: string | undefined): DocumentForm {
  if (asked === undefined) return ['.md', '.markdown'].includes(extname(output ?? '')) ? 'markdown' : 'rst';
  const form = DOCUMENT_FORMS.find((one) => one === asked);
  if (form) return form;
  throw new UserError('unknown-value', `--to "${harmlessLine(asked)}" is not known`, { hint: `it is ${wordList(DOCUMENT_FORMS, 'or')}` });
}
