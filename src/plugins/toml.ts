import { parse, TomlError } from 'smol-toml';
import { UserError } from '../errors.ts';

/**
 * Parses TOML text; CRLF line ends are fine.
 * @param file where the text is from, for the message
 * @throws UserError REFUSED with file, line and column
 */
export function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n', 1)[0]?.replace(/^Invalid TOML document: /, '') ?? '';
    throw new UserError('REFUSED', `${file}:${error.line}:${error.column}: ${reason}`, { hint: 'mend the line, or remove the file', cause: error });
  }
}

/** Whether a value of TOML is a table; a date is an object as well. */
export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
