import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { EventModel } from '../models.ts';

/** Which events somebody wants: those whose type, action and key are each among the words, or any where there are none. */
export interface EventFilter {
  readonly type: Words;
  readonly action: Words;
  readonly key: Words;
}

type Words = ReadonlySet<string> | undefined;

const LONGEST = 1000;
/** What a word may not hold as it is, as it separates words or stands for all of them; the wrapper for Go writes it so. */
const ESCAPES: Readonly<Record<string, string>> = { '\\1': '.', '\\2': ',', '\\3': '*' };

/**
 * Reads `TYPE.ACTION.KEY`, in which each part is `*` for any, a word, or words with commas between them; parts that are left out are any. A key may have dots.
 * @throws UserError bad-value, which names the filter
 */
export function readFilter(text: string): EventFilter {
  const bad = (why: string): UserError =>
    new UserError('bad-value', `"${harmlessLine(text.slice(0, 100))}" is no filter of events: ${why}`, {
      hint: 'write it as TYPE.ACTION.KEY, such as plugins.*.incr or machines.create,delete',
    });
  if (text.length > LONGEST) throw bad(`it is longer than ${LONGEST} characters`);
  const [, type = '', action, key] = /^([^.]*)(?:\.([^.]*)(?:\.(.*))?)?$/s.exec(text) ?? [];
  const words = (part: string | undefined): Words => {
    if (part === undefined) return undefined;
    const found = part.split(',');
    if (found.includes('')) throw bad('a part of it is empty');
    if (found.some((word) => word !== '*' && word.includes('*'))) throw bad('`*` stands alone, or is written \\3');
    return found.includes('*') ? undefined : new Set(found.map((word) => word.replace(/\\[123]/g, (escaped) => ESCAPES[escaped] ?? escaped)));
  };
  return { type: words(type), action: words(action), key: words(key) };
}

/** Whether an event passes one of some filters; all do where there are none. */
export function passes(filters: readonly EventFilter[], { Type, Action, Key }: EventModel): boolean {
  const among = (words: Words, word: string): boolean => words === undefined || words.has(word);
  return filters.length === 0 || filters.some(({ type, action, key }) => among(type, Type) && among(action, Action) && among(key, Key));
}
