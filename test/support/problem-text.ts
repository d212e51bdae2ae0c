import type { Problem } from '../../src/catalogue/release.ts';

/** A problem in one line: `entries[3] (kubectl), line 12: field version cannot be empty`, with what to do about it. */
export function problemText({ where, name, line, text, remedy }: Problem): string {
  const place = `${where}${name === undefined ? '' : ` (${name})`}${line === undefined ? '' : `, line ${line}`}`;
  return `${place}: ${text}${remedy === undefined ? '' : `; ${remedy}`}`;
}
