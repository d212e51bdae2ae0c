import { parse } from 'smol-toml';

/** A header or a `key = value` of a TOML text, and where it stands; offsets are of UTF-16 units. */
export type TomlStatement =
  | { readonly kind: 'table' | 'array of tables'; readonly path: readonly string[]; readonly start: number; readonly end: number }
  | {
      readonly kind: 'value';
      /** From the root on, the header's part included. */
      readonly path: readonly string[];
      readonly start: number;
      readonly valueStart: number;
      readonly valueEnd: number;
      /** Behind the line end, or the text's. */
      readonly end: number;
    };

/** The statements of a TOML text in order. The text must be valid: what a parser refuses is not noticed here. */
export function tomlStatements(text: string): TomlStatement[] {
  const scanner = new Scanner(text);
  const statements: TomlStatement[] = [];
  let table: readonly string[] = [];
  while (scanner.toStatement()) {
    const statement = scanner.header() ?? scanner.value(table);
    if (statement.kind !== 'value') table = statement.path;
    statements.push(statement);
  }
  return statements;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Skips blank space and comments. @returns whether anything is left */
  toStatement(): boolean {
    this.#skip(/(?:\s|#[^\n]*)*/y);
    return this.#at < this.#text.length;
  }

  header(): TomlStatement | undefined {
    const start = this.#at;
    const brackets = this.#skip(/\[{0,2}/y).length;
    if (brackets === 0) return undefined;
    const path = this.#key();
    return { kind: brackets === 2 ? 'array of tables' : 'table', path, start, end: this.#endOfLine() };
  }

  value(table: readonly string[]): TomlStatement {
    const start = this.#at;
    const path = [...table, ...this.#key()];
    this.#skip(/=[ \t]*/y);
    const valueStart = this.#at;
    this.#skipValue();
    const valueEnd = valueStart + this.#text.slice(valueStart, this.#at).trimEnd().length;
    return { kind: 'value', path, start, valueStart, valueEnd, end: this.#endOfLine() };
  }

  /** What a sticky pattern matches here, possibly nothing. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [matched = ''] = pattern.exec(this.#text) ?? [];
    this.#at += matched.length;
    return matched;
  }

  #key(): string[] {
    const parts: string[] = [];
    do {
      this.#skip(/[ \t]*/y);
      const quoted = this.#string();
      parts.push(quoted === '' ? this.#skip(/[A-Za-z0-9_-]+/y) : String(parse(`key = ${quoted}`).key));
      this.#skip(/[ \t]*/y);
    } while (this.#skip(/\./y) !== '');
    return parts;
  }

  /** A string of any of the four kinds as written; empty where none begins. */
  #string(): string {
    return this.#skip(/"""(?:\\.|[^\\])*?"{3,5}|'''.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*'/sy);
  }

  /** To the end of a value: the line's, or a comment's begin, outside of all brackets. */
  #skipValue(): void {
    for (let depth = 0; this.#at < this.#text.length; ) {
      if (this.#string() !== '') continue;
      const next = this.#text[this.#at];
      if (depth === 0 && (next === '\n' || next === '#')) return;
      if (next === '#') this.#skip(/[^\n]*/y);
      else {
        if (next === '[' || next === '{') depth++;
        if (next === ']' || next === '}') depth--;
        this.#at++;
      }
    }
  }

  #endOfLine(): number {
    this.#skip(/[^\n]*\n?/y);
    return this.#at;
  }
}
