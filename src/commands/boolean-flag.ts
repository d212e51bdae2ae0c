import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';

/**
 * The value of a flag that may have one, `--verify` or `--verify=false`: a boolean as Go reads one, since these flags are Helm's and Botkube's.
 * @param flag as its command has it: `--verify`
 * @returns undefined where the flag was not given
 * @throws UserError bad-value
 */
export function booleanFlag(flag: string, value: string | true | undefined): boolean | undefined {
  if (value === undefined || value === true) return value;
  if (/^(1|t|true|True|TRUE|T)$/.test(value)) return true;
  if (/^(0|f|false|False|FALSE|F)$/.test(value)) return false;
  throw new UserError('bad-value', `${flag} takes true or false, not "${harmlessLine(value)}"`, { hint: `write ${flag}, or ${flag}=false` });
}
