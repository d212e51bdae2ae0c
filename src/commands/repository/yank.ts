import type { CommandContext, Outcome } from '../command.ts';
import { markOutcome, reasonOf } from './mark.ts';

/** Takes versions back: nobody gets them any more who does not ask for exactly them. */
export async function run({ args: [index, target], options }: CommandContext<'repository:yank'>): Promise<Outcome> {
  const value = reasonOf(options);
  return markOutcome({ index, target, mark: 'yanked', value, done: value === undefined ? 'not taken back any more' : 'taken back', options });
}
