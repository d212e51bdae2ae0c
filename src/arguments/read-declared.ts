import { isUserError } from '../errors.ts';
import { hasArgcLines, readArgc } from './argc/read-argc.ts';
import type { Declared } from './declared.ts';
import { readUsage } from './usage/read-usage.ts';
import { usageLinesOf } from './usage/usage-lines.ts';

/**
 * What a command declares of its arguments in its comments: in `#USAGE` lines, or else in argc's.
 * @param text the start of its file, of at most `DECLARED_BYTES`
 * @returns undefined where there is nothing of either
 * @throws UserError that names line and token, for what cannot be read
 */
export function readDeclared(text: string): Declared | undefined {
  const lines = usageLinesOf(text);
  if (lines.length > 0) return readUsage(lines);
  return hasArgcLines(text) ? readArgc(text) : undefined;
}

/** The same for who only shows it: undefined for what cannot be read, too. */
export function declaredOrNothing(text: string): Declared | undefined {
  try {
    return readDeclared(text);
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}
