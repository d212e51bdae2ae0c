import { harmlessLine } from '../system/harmless.ts';
import { displayWidth } from './display-width.ts';

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
