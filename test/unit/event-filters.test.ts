import { expect, test } from 'vitest';
import { passes, readFilter } from '../../src/providers/events/filter.ts';
import { eventOf } from '../../src/providers/models.ts';

const matches = (filter: string, [type = '', action = '', key = '']: readonly string[]) => passes([readFilter(filter)], eventOf(type, action, key, '', null));

test.each([
  ['*.*.*', ['a', 'b', 'c'], true],
  ['*', ['a', 'b', ''], true],
  ['a', ['a', 'b', 'c'], true],
  ['a.b', ['a', 'b', 'c.d'], true],
  ['a.b', ['a', 'c', 'd'], false],
  ['a.*.c', ['a', 'x', 'c'], true],
  // A key may have dots, a type has none unless they are written so.
  ['a.b.c.d.e', ['a', 'b', 'c.d.e'], true],
  ['a.b.c', ['a', 'b', 'c.d'], false],
  ['a\\1b.c', ['a.b', 'c', ''], true],
  ['a,b.c,d.e,f', ['b', 'c', 'f'], true],
  ['a,b.c,d.e,f', ['b', 'e', 'f'], false],
  ['a,*', ['z', 'c', ''], true],
  ['a.b.c\\2d', ['a', 'b', 'c,d'], true],
  ['a.b.c\\2d', ['a', 'b', 'c'], false],
  ['a.b.\\3', ['a', 'b', '*'], true],
  ['a.b.\\3', ['a', 'b', 'c'], false],
  ['a.b.c\\d\\4', ['a', 'b', 'c\\d\\4'], true],
  ['a.b.x\ny', ['a', 'b', 'x\ny'], true],
  ['A', ['a', 'b', 'c'], false],
] as const)('the filter %j of %j', (filter, event, expected) => expect(matches(filter, event)).toBe(expected));

test('one filter of several is enough, and none lets all pass', () => {
  const event = eventOf('a', 'b', 'c', '', null);
  expect([passes([], event), passes([readFilter('x'), readFilter('a.b')], event), passes([readFilter('x')], event)]).toEqual([true, true, false]);
});

test.each([
  ['', 'a part of it is empty'],
  ['a..c', 'a part of it is empty'],
  ['a.b.', 'a part of it is empty'],
  ['a,,b', 'a part of it is empty'],
  ['a.b.c.*', '`*` stands alone, or is written \\3'],
  ['plug*', '`*` stands alone, or is written \\3'],
  ['x'.repeat(1001), 'it is longer than 1000 characters'],
])('a bad filter is refused with its reason: %#', (text, why) =>
  expect(() => readFilter(text)).toThrow(`"${text.slice(0, 100)}" is no filter of events: ${why}`),
);
