import { isDeepStrictEqual } from 'node:util';
import { isUserError } from '../errors.ts';
import { writtenKey } from './edit-toml.ts';
import { isTable, parseToml } from './toml.ts';
import { type TomlStatement, tomlStatements } from './toml-statements.ts';

/** A table within a table: `[repositories.acme]`. */
export type TomlTable = readonly [table: string, name: string];

/**
 * Adds `[table.name]` at the end of a text and leaves every byte in front of it as it is.
 * @param file where the text is from, for messages
 * @param lines values by key, each as TOML has it, on one line
 * @returns the new text; undefined where the text has that table already, or says it in a form that it cannot be added to
 * @throws UserError when the text is no TOML
 */
export function addTomlTable(text: string, file: string, [table, name]: TomlTable, lines: Readonly<Record<string, string>>): string | undefined {
  const wanted = parseToml(text, file);
  const outer = Object.hasOwn(wanted, table) ? wanted[table] : {};
  if (!isTable(outer) || Object.hasOwn(outer, name)) return undefined;
  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  const added = [`[${writtenKey(table)}.${writtenKey(name)}]`, ...Object.entries(lines).map(([key, value]) => `${writtenKey(key)} = ${value}`)];
  const gap = text === '' ? '' : text.endsWith('\n') ? lineEnd : `${lineEnd}${lineEnd}`;
  const section = added.map((line) => `${line}${lineEnd}`).join('');
  const [alone] = Object.values(parseToml(section, file)) as [Record<string, unknown>];
  return checked(`${text}${gap}${section}`, file, { ...wanted, [table]: { ...outer, ...alone } });
}

/**
 * Removes `[table.name]`, or `name = { … }` under `[table]`, with all that is in it, and leaves every other byte as it is: comments in front of it too.
 * @returns the new text, which may be the same; undefined where the text says it in a form that it cannot be taken out of
 * @throws UserError when the text is no TOML
 */
export function removeTomlTable(text: string, file: string, [table, name]: TomlTable): string | undefined {
  const wanted = parseToml(text, file);
  const outer = Object.hasOwn(wanted, table) ? wanted[table] : undefined;
  if (!isTable(outer) || !Object.hasOwn(outer, name)) return text;
  const { [name]: _, ...others } = outer;
  return checked(without(text, [table, name]), file, { ...wanted, [table]: others });
}

/** Whatever the scanner took the text for: it is right where the result says what it should. An empty table may be gone. */
function checked(after: string, file: string, wanted: Readonly<Record<string, unknown>>): string | undefined {
  try {
    return isDeepStrictEqual(withoutEmpty(parseToml(after, file)), withoutEmpty(wanted)) ? after : undefined;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return undefined;
  }
}

/** The tables of a text but for empty ones, as plain objects. */
const withoutEmpty = (tables: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(tables)
    .filter(([, value]) => !(isTable(value) && Object.keys(value).length === 0))
    .map(([key, value]) => [key, isTable(value) ? Object.entries(value) : value]);

/** The text without the lines of a table: its headers, and all values below them or under its name. */
function without(text: string, path: readonly string[]): string {
  const isBelow = (statement: TomlStatement): boolean => isDeepStrictEqual(statement.path.slice(0, path.length), path);
  const statements = tomlStatements(text);
  const parts: string[] = [];
  let from = 0;
  for (let index = 0; index < statements.length; index++) {
    const first = statements[index];
    if (!first || !isBelow(first)) continue;
    // What stands between two of its lines is of it.
    while (statements[index + 1] && isBelow(statements[index + 1] as TomlStatement)) index++;
    const start = text.lastIndexOf('\n', first.start - 1) + 1;
    const kept = text.slice(from, start);
    from = (statements[index] as TomlStatement).end;
    // The blank line in front of a section goes with it.
    parts.push(first.kind === 'value' ? kept : kept.replace(/(\n|^)\r?\n$/, '$1'));
  }
  return [...parts, text.slice(from)].join('');
}
