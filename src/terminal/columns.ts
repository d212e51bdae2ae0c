import { harmlessLine } from '../system/harmless.ts';
import { displayWidth } from './display-width.ts';
import { outputWidth } from './width.ts';
import { wrap } from './wrap.ts';

/**
 * Rows as aligned columns, each on one line, three spaces apart as util-linux `column` does; the last column is not padded. Where a line would be wider
 * than the terminal, the last column goes on below itself; where that leaves no room for it, or not for a word of it, what stands behind the first cell is set below that.
 * @param width columns of the terminal; by default those of stdout, any number where that is none
 */
export function columns(fields: readonly (readonly string[])[], indent = '', width = outputWidth()): string[] {
  const rows = fields.map((row) => row.map(harmlessLine));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  const padded = (row: readonly string[]): string =>
    indent + row.map((cell, index) => (index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell)))).join(GAP);
  const lines = rows.map((row) => padded(row).trimEnd());
  if (lines.every((line) => displayWidth(line) <= width)) return lines;
  const before = indent.length + widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0);
  if (width - before < LEAST_TEXT) return rows.flatMap((row) => stacked(row, indent, width));
  return rows.flatMap((row) => {
    if (row.length < widths.length) return [padded(row).trimEnd()];
    const lines = wrap(row.at(-1) ?? '', width - before);
    if (lines.some((line) => displayWidth(line) > width - before)) return stacked(row, indent, width);
    const [first = '', ...others] = lines;
    return [padded([...row.slice(0, -1), first]).trimEnd(), ...others.map((line) => ' '.repeat(before) + line)];
  });
}

/** A row in lines of its own: its first cell, below that those between, and the last. */
function stacked([first = '', ...others]: readonly string[], indent: string, width: number): string[] {
  const below = `${indent}    `;
  const room = Math.max(width - below.length, 8);
  const [middle, last] = [others.slice(0, -1).join(GAP), others.at(-1)];
  return [indent + first, ...[middle, last ?? ''].filter((text) => text !== '').flatMap((text) => wrap(text, room).map((line) => below + line))];
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
  if (width === Number.POSITIVE_INFINITY) return columns(pairs, indent, width);
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
