import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { FieldValue } from '../../publishing/edit-index.ts';
import { readIndexFile, writeIndexFile } from '../../publishing/index-file.ts';
import { type Mark, markEntries } from '../../publishing/mark-entries.ts';
import { withNextSerial } from '../../publishing/serial.ts';
import { realFile } from '../../system/links.ts';
import type { Outcome } from '../command.ts';

export interface MarkLine {
  readonly index: string;
  readonly target: string;
  readonly mark: Mark;
  /** What is said; undefined takes the mark away. */
  readonly value: FieldValue;
  /** What is done to an entry, in words: `taken back`. */
  readonly done: string;
  readonly options: { readonly type?: string | undefined; readonly dryRun?: boolean | undefined };
}

/** Marks entries of an index file, or takes their marks away. */
export async function markOutcome({ index, target, mark, value, done, options }: MarkLine): Promise<Outcome> {
  const file = realFile(resolve(index));
  const before = readIndexFile(file);
  const { text: marked, entries } = await markEntries(before, index, { target, type: options.type, mark, value });
  const text = withNextSerial(marked, before);
  const isChanged = text !== before;
  if (isChanged && !options.dryRun) writeIndexFile(file, text);
  const lines = entries.map(({ name, version, changed }) => {
    if (!changed) return `${name} ${version} is unchanged`;
    return options.dryRun ? `${name} ${version} would be ${done}` : { info: `${name} ${version} is ${done}` };
  });
  return { data: { index, changed: isChanged && !options.dryRun, entries }, lines: () => lines };
}

/**
 * What a mark says: the reason, which has to be there unless the mark is taken away.
 * @throws UserError
 */
export function reasonOf({ reason, undo }: { readonly reason?: string | undefined; readonly undo?: boolean | undefined }): string | undefined {
  if (undo) {
    if (reason === undefined) return undefined;
    throw new UserError('conflicting-flags', '--reason and --undo cannot be used together');
  }
  const text = reason?.trim() ?? '';
  if (text === '') throw new UserError('missing-flag', '--reason is missing', { hint: 'say why in a few words: users are told' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\x00-\x1f\x7f]/.test(text)) throw new UserError('bad-value', '--reason has more than one line, or a control character');
  // An index reads these as a fact without a reason, or as none.
  if (/^(true|yes|on|false|no|off)$/i.test(text))
    throw new UserError('bad-value', `"${text}" is no reason`, { hint: 'say why in a few words: users are told' });
  return text;
}
