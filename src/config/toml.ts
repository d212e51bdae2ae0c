import { parse, TomlError } from 'smol-toml';
import { UserError } from '../errors.ts';
import { escapedHarm } from '../system/harmless.ts';

/**
 * Parses TOML text; CRLF line ends are fine.
 * @param file where the text is from, for the message
 * @throws UserError with file, line and column
 */
export function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    // Tables in tables, deeper than a stack.
    if (error instanceof RangeError)
      throw new UserError('bad-settings', `${file}: it is nested too deeply`, { hint: 'fix it, or remove the file', cause: error });
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n', 1)[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    throw new UserError('bad-settings', `${file}:${error.line}:${error.column}: ${reason}`, { hint: 'fix the line, or remove the file', cause: error });
  }
}

/** Whether a value of TOML is a table; a date is an object as well. */
export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** TOML that `stringify` wrote, with everything escaped that a terminal would act on: it stands in quoted strings alone. */
export const withHarmEscaped = (text: string): string =>
  escapedHarm(text, (codePoint) => {
    const hex = codePoint.toString(16);
    return codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });

/** A string as TOML, on one line whatever is in it. */
export const tomlString = (value: string): string => withHarmEscaped(JSON.stringify(value));
