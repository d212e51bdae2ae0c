import { join } from 'node:path';
import { errnoOf, UserError } from '../errors.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';
import { parseToml } from './toml.ts';

/** Where a home's own configuration stands. */
export const settingsPath = (home: string): string => join(home, 'tool.toml');

/**
 * A table of `$TOOL_HOME/tool.toml`; empty when there is no such file or table.
 * @throws UserError when the file cannot be read or understood
 */
export function settingsTable(home: string, table: string, example: string): Record<string, unknown> {
  const file = settingsPath(home);
  let text: string;
  try {
    text = readSmallFile(file, SETTINGS_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {};
    throw new UserError('unreadable-file', `${file} ${whyUnread(error)}`, { hint: 'change its permissions or remove it' });
  }
  const found = parseToml(text, file)[table];
  if (found === undefined) return {};
  if (typeof found !== 'object' || found === null || Array.isArray(found) || found instanceof Date) {
    throw new UserError('bad-settings', `"${table}" in ${file} is not a table`, { hint: `write [${table}] and lines like ${example}` });
  }
  return found as Record<string, unknown>;
}
