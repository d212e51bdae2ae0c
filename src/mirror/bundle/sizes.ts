import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { readSize } from '../../system/read-size.ts';

/** A part holds more than a header. */
const LEAST = 2 ** 16;

/** The size of the parts of a bundle. @throws UserError bad-value */
export function partSize(flag: string, text: string): number {
  const bytes = readSize(text);
  if (bytes !== undefined && bytes >= LEAST) return bytes;
  throw new UserError('bad-value', `${flag} takes a size of at least 64K, not "${harmlessLine(text)}"`, { hint: 'write it like 2G or 700M' });
}
