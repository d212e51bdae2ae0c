import { isReference } from '../../catalogue/reference.ts';
import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { markOutcome, reasonOf } from './mark.ts';

/** Says of versions that they should not be used any more: they are still installed, with a remark. */
export async function run({ args: [index, target], options }: CommandContext<'repository:deprecate'>): Promise<Outcome> {
  const { replacement } = options;
  const reason = reasonOf(options);
  if (replacement !== undefined && (reason === undefined || !isReference(replacement))) {
    throw new UserError(
      reason === undefined ? 'conflicting-flags' : 'bad-value',
      reason === undefined ? '--replacement and --undo cannot be used together' : `"${harmlessLine(replacement)}" is no name of a plugin`,
    );
  }
  const value = reason === undefined || replacement === undefined ? reason : { reason, replacement };
  return markOutcome({ index, target, mark: 'deprecated', value, done: value === undefined ? 'not deprecated any more' : 'deprecated', options });
}
