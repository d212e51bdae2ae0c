import { expect, test } from 'vitest';
import { columns, terms } from '../../src/terminal/columns.ts';
import { displayWidth } from '../../src/terminal/display-width.ts';
import { wrap } from '../../src/terminal/wrap.ts';

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

const TEXT = 'what there is to say of it, in a few words';

test('terms and their texts fit the width, broken between words', () => {
  const pairs = [
    ['one', TEXT],
    ['longer', 'short'],
    ['bare', ''],
  ] as const;
  expect(terms(pairs, 40, '    ')).toEqual(['    one      what there is to say of it,', '             in a few words', '    longer   short', '    bare']);
  expect(terms(pairs, 20, '    ')).toEqual([
    '    one',
    '        what there',
    '        is to say of',
    '        it, in a few',
    '        words',
    '    longer',
    '        short',
    '    bare',
  ]);
  expect(terms(pairs, Number.POSITIVE_INFINITY)).toEqual([`one      ${TEXT}`, 'longer   short', 'bare']);
});

test('a term too wide for its column has its text below', () => {
  const wide = 'a-term-that-is-wider-than-its-column-may-be';
  expect(
    terms(
      [
        [wide, 'text'],
        ['x', 'text'],
      ],
      60,
    ),
  ).toEqual([wide, '    text', 'x   text']);
});

test('wide characters count twice and may be broken between, an address is not broken', () => {
  const lines = wrap('日本語のテキストです', 9);
  expect(lines.join('')).toBe('日本語のテキストです');
  expect(lines.map(displayWidth)).toEqual([8, 8, 4]);
  expect(wrap('see https://example.com/a/long/address for it', 12)).toEqual(['see', 'https://example.com/a/long/address', 'for it']);
  expect(wrap('', 10)).toEqual(['']);
});

test('columns that do not fit the terminal go on below the last, or stand below the first', () => {
  const rows = [
    ['NAME', 'STATE', 'DESCRIPTION'],
    ['greet', 'enabled', 'says hello to whoever it is told of'],
  ];
  expect(columns(rows, '', 60)).toEqual(['NAME    STATE     DESCRIPTION', 'greet   enabled   says hello to whoever it is told of']);
  expect(columns(rows, '', 44)).toEqual(['NAME    STATE     DESCRIPTION', 'greet   enabled   says hello to whoever it', '                  is told of']);
  expect(columns(rows, ' ', 20)).toEqual([
    ' NAME',
    '     STATE',
    '     DESCRIPTION',
    ' greet',
    '     enabled',
    '     says hello to',
    '     whoever it is',
    '     told of',
  ]);
});
