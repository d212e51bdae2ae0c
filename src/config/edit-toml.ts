import { isDeepStrictEqual } from 'node:util';
import { isUserError, UserError } from '../errors.ts';
import { isTable, parseToml, tomlString } from './toml.ts';
import { type TomlStatement, tomlStatements } from './toml-statements.ts';

type Table = Record<string, unknown>;

const written = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key));

/**
 * Sets `key` of `[table]` to a string, and leaves every other byte of the text as it is: comments, order, line ends.
 * @param file where the text is from, for messages
 * @throws UserError REFUSED when the text is no TOML, or says it in a form that cannot be changed so
 */
export function setInToml(text: string, file: string, table: string, key: string, value: string): string {
  const wanted = parseToml(text, file);
  const section = Object.hasOwn(wanted, table) ? wanted[table] : parseToml('', file);
  const cannot = (why: string): UserError => new UserError('REFUSED', `${file}: ${why}`, { hint: 'change it by hand' });
  if (!isTable(section)) throw cannot(`${table} is not a table`);
  if (Object.hasOwn(section, key) && isTable(section[key])) throw cannot(`${key} in [${table}] is a table`);
  put(section, key, value);
  put(wanted, table, section);
  const after = edited(text, table, key, value);
  try {
    // Whatever the scanner took the text for: the result says what it should, and nothing else has changed.
    if (isDeepStrictEqual(parseToml(after, file), wanted)) return after;
  } catch (error) {
    if (!isUserError(error)) throw error;
  }
  throw cannot(`[${table}] is written in a form that ${key} cannot be set in`);
}

/** Also under `__proto__`, which an assignment would take for something else. */
const put = (object: Table, name: string, value: unknown): void => {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
};

function edited(text: string, table: string, key: string, value: string): string {
  const statements = tomlStatements(text);
  const there = statements.find((statement) => statement.kind === 'value' && samePath(statement.path, [table, key]));
  if (there?.kind === 'value') return text.slice(0, there.valueStart) + tomlString(value) + text.slice(there.valueEnd);

  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  const line = `${written(key)} = ${tomlString(value)}${lineEnd}`;
  const header = statements.findIndex((statement) => statement.kind === 'table' && samePath(statement.path, [table]));
  if (header >= 0) return insertAfter(text, lastOfSection(statements, header), line, lineEnd);

  // `table.other = …` above all headers: there can be no [table] beside it.
  const dotted = rootOf(statements).findLast(({ path }) => path.length > 1 && path[0] === table);
  if (dotted) return insertAfter(text, dotted, `${written(table)}.${line}`, lineEnd);

  const gap = text === '' ? '' : text.endsWith('\n') ? lineEnd : `${lineEnd}${lineEnd}`;
  return `${text}${gap}[${written(table)}]${lineEnd}${line}`;
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
