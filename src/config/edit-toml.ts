import { isDeepStrictEqual } from 'node:util';
import { isUserError, UserError } from '../errors.ts';
import { isTable, parseToml, tomlString } from './toml.ts';
import { type TomlStatement, tomlStatements } from './toml-statements.ts';

type Table = Record<string, unknown>;

/** A key as TOML has it. */
export const writtenKey = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key));

/** Where a value stands: in `[table]`, under `key`. */
export type TomlPlace = readonly [table: string, key: string];

/**
 * Sets one value, or removes it, and leaves every other byte of the text as it is: comments, order, line ends.
 * @param file where the text is from, for messages
 * @param value as TOML has it, one line; undefined removes it with its line
 * @returns the new text; undefined where the text says it in a form that cannot be changed so
 * @throws UserError when the text is no TOML
 */
export function editToml(text: string, file: string, [table, key]: TomlPlace, value: string | undefined): string | undefined {
  const wanted = parseToml(text, file);
  const section = Object.hasOwn(wanted, table) ? wanted[table] : parseToml('', file);
  if (!isTable(section)) return undefined;
  if (value !== undefined) {
    put(section, key, parseToml(`value = ${value}`, file).value);
    put(wanted, table, section);
  } else delete section[key];
  const after = value === undefined ? without(text, table, key) : edited(text, table, key, value);
  try {
    // Whatever the scanner took the text for: the result says what it should, and nothing else has changed.
    if (isDeepStrictEqual(parseToml(after, file), wanted)) return after;
  } catch (error) {
    if (!isUserError(error)) throw error;
  }
  return undefined;
}

/**
 * Sets `key` of `[table]` to a string, as `editToml` does.
 * @throws UserError when the text is no TOML, or says it in a form that cannot be changed so
 */
export function setInToml(text: string, file: string, table: string, key: string, value: string): string {
  const before = parseToml(text, file);
  const cannot = (why: string): UserError => new UserError('uneditable-file', `${file}: ${why}`, { hint: 'change it by hand' });
  const section = Object.hasOwn(before, table) ? before[table] : undefined;
  if (section !== undefined && !isTable(section)) throw cannot(`${table} is not a table`);
  if (section !== undefined && Object.hasOwn(section, key) && isTable(section[key])) throw cannot(`${key} in [${table}] is a table`);
  const after = editToml(text, file, [table, key], tomlString(value));
  if (after === undefined) throw cannot(`[${table}] is written in a form that ${key} cannot be set in`);
  return after;
}

/** Also under `__proto__`, which an assignment would take for something else. */
const put = (object: Table, name: string, value: unknown): void => {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
};

function edited(text: string, table: string, key: string, value: string): string {
  const statements = tomlStatements(text);
  const there = statements.find((statement) => statement.kind === 'value' && samePath(statement.path, [table, key]));
  if (there?.kind === 'value') return text.slice(0, there.valueStart) + value + text.slice(there.valueEnd);

  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  const line = `${writtenKey(key)} = ${value}${lineEnd}`;
  const header = statements.findIndex((statement) => statement.kind === 'table' && samePath(statement.path, [table]));
  if (header >= 0) return insertAfter(text, lastOfSection(statements, header), line, lineEnd);

  // `table.other = …` above all headers: there can be no [table] beside it.
  const dotted = rootOf(statements).findLast(({ path }) => path.length > 1 && path[0] === table);
  if (dotted) return insertAfter(text, dotted, `${writtenKey(table)}.${line}`, lineEnd);

  const gap = text === '' ? '' : text.endsWith('\n') ? lineEnd : `${lineEnd}${lineEnd}`;
  return `${text}${gap}[${writtenKey(table)}]${lineEnd}${line}`;
}

/** The text without the line, or lines, of one value. */
function without(text: string, table: string, key: string): string {
  const own = tomlStatements(text).find((statement) => statement.kind === 'value' && samePath(statement.path, [table, key]));
  if (own?.kind !== 'value') return text;
  const indent = /[ \t]*$/.exec(text.slice(0, own.start))?.[0].length ?? 0;
  return text.slice(0, own.start - indent) + text.slice(own.end);
}

const samePath = (path: readonly string[], other: readonly string[]): boolean => isDeepStrictEqual(path, other);

/** Values above the first header. */
function rootOf(statements: readonly TomlStatement[]): readonly TomlStatement[] {
  const first = statements.findIndex(({ kind }) => kind !== 'value');
  return first < 0 ? statements : statements.slice(0, first);
}

/** The last value of the section that begins at a header, or the header. */
function lastOfSection(statements: readonly TomlStatement[], header: number): TomlStatement {
  const next = statements.findIndex(({ kind }, index) => index > header && kind !== 'value');
  return statements.slice(header, next < 0 ? undefined : next).at(-1) as TomlStatement;
}

/** A line of its own behind a statement, indented as that is. */
function insertAfter(text: string, statement: TomlStatement, line: string, lineEnd: string): string {
  const indent = statement.kind === 'value' ? (/[ \t]*$/.exec(text.slice(0, statement.start))?.[0] ?? '') : '';
  const gap = text[statement.end - 1] === '\n' ? '' : lineEnd;
  return `${text.slice(0, statement.end)}${gap}${indent}${line}${text.slice(statement.end)}`;
}
