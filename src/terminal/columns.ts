import { harmlessLine } from '../system/harmless.ts';
import { displayWidth } from './display-width.ts';
import { wrap } from './wrap.ts';

/** Rows as aligned columns, each on one line, three spaces apart as util-linux `column` does; the last column is not padded. */
export function columns(fields: readonly (readonly string[])[], indent = ''): string[] {
  const rows = fields.map((row) => row.map(harmlessLine));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  return rows.map(
    (row) =>
      indent +
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell))))
        .join('   ')
        .trimEnd(),
  );
}

/** Columns between a term and its text. */
const GAP = '   ';
/** The least room in which a text is read with comfort; with less beside the terms, it stands below them. */
const LEAST_TEXT = 24;
/** A term that is wider has its text below it, so that it does not push all others aside. */
const WIDEST_TERM = 36;

/**
 * Terms and what they mean, beside each other within a width. Texts are broken between words, and go on below where they began. A term too wide for
 * its column has its text on the next line.
 * @param width columns of the terminal, Infinity for a reader that is none: each pair is one line then
 */
export function terms(pairs: readonly (readonly [term: string, text: string])[], width: number, indent = ''): string[] {
  if (width === Number.POSITIVE_INFINITY) return columns(pairs, indent);
  const rows = pairs.map(([term, text]) => ({ term: harmlessLine(term), text: harmlessLine(text) }));
  const most = Math.min(WIDEST_TERM, width - indent.length - GAP.length - LEAST_TEXT);
  const widest = Math.max(0, ...rows.map(({ term }) => displayWidth(term)).filter((one) => one <= most));
  const below = most < 4 ? `${indent}${indent}` : indent + ' '.repeat(widest) + GAP;
  return rows.flatMap(({ term, text }) => {
    if (text === '') return [indent + term];
    const lines = wrap(text, Math.max(width - below.length, 8));
    const own = displayWidth(term);
    if (own > widest || most < 4) return [indent + term, ...lines.map((line) => below + line)];
    const [first, ...others] = lines;
    return [indent + term + ' '.repeat(widest - own) + GAP + first, ...others.map((line) => below + line)];
  });
}
