import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';

/** Whether archives are listed, by `-use-archive`, a boolean as Go reads one. @throws UserError */
export function usesArchive(text: string | true | undefined): boolean {
  if (text === undefined || text === true || /^(1|t|true|True|TRUE|T)$/.test(text)) return true;
  if (/^(0|f|false|False|FALSE|F)$/.test(text)) return false;
  throw new UserError('bad-value', `-use-archive takes true or false, not "${harmlessLine(text)}"`);
}
