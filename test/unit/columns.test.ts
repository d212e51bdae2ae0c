import { expect, test } from 'vitest';
import { columns } from '../../src/terminal/columns.ts';

/** First cells, and how many columns of a terminal each takes. */
const CELLS: readonly (readonly [text: string, width: number])[] = [
  ['plain', 5],
  ['日本', 4],
  ['ｆｕｌｌ', 8],
  ['한글', 4],
  ['e\u0301te\u0301', 3],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['ünï', 3],
  ['❤️', 2],
  ['❤', 1],
  ['한국어 text', 11],
  ['a\u0300\u0301b', 2],
  ['①', 1],
  ['，', 2],
  ['', 0],
];

test.each(CELLS)('what stands behind %j begins in the same column', (text, width) => {
  const widest = 'twelve wide!';
  expect(
    columns([
      [text, '|'],
      [widest, '|'],
    ]),
  ).toEqual([`${text}${' '.repeat(widest.length - width)}   |`, `${widest}   |`]);
});

test('colours of others are taken off, and the last column is not padded', () => {
  expect(
    columns([
      ['\x1b[31mred\x1b[0m', 'a', 'b'],
      ['x', 'longer', ''],
    ]),
  ).toEqual(['red   a        b', 'x     longer']);
});

test('the indent stands in front of each row', () => {
  expect(columns([['a', 'b']], '    ')).toEqual(['    a   b']);
});
