import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { addTomlTable, removeTomlTable } from '../../src/config/edit-toml-table.ts';

const add = (text: string, name = 'acme') => addTomlTable(text, 'tool.toml', ['r', name], { url: '"u"', ttl: '1' });
const remove = (text: string, name = 'acme') => removeTomlTable(text, 'tool.toml', ['r', name]);

describe('a table is added at the end, and all that was there stays', () => {
  test.each<[string, string, string]>([
    ['to an empty file', '', '[r.acme]\nurl = "u"\nttl = 1\n'],
    ['behind others', '# top\n[p]\na = 1 # x\n', '# top\n[p]\na = 1 # x\n\n[r.acme]\nurl = "u"\nttl = 1\n'],
    ['behind a text without a line end', 'a = 1', 'a = 1\n\n[r.acme]\nurl = "u"\nttl = 1\n'],
    ['beside lines of its kind', '[r]\nb = { url = "x" }\n', '[r]\nb = { url = "x" }\n\n[r.acme]\nurl = "u"\nttl = 1\n'],
    ['with the line ends of Windows', '[p]\r\na = 1\r\n', '[p]\r\na = 1\r\n\r\n[r.acme]\r\nurl = "u"\r\nttl = 1\r\n'],
  ])('%s', (_name, before, after) => expect(add(before)).toBe(after));

  test('under a name that is no bare key', () => expect(add('', 'a.b')).toBe('[r."a.b"]\nurl = "u"\nttl = 1\n'));

  test.each(['[r.acme]\nurl = "x"\n', '[r]\nacme = 1\n', 'r = 1\n', 'r = { }\n', '[[r]]\n'])('but not where it cannot stand: %j', (text) => {
    expect(add(text)).toBeUndefined();
  });
});

describe('a table is removed, and all that is not of it stays', () => {
  test.each<[string, string, string]>([
    ['a section', '[p]\na = 1\n\n[r.acme]\nurl = "u" # x\n\n# why\n[q]\nb = 2\n', '[p]\na = 1\n\n# why\n[q]\nb = 2\n'],
    ['the only section', '[r.acme]\nurl = "u"\n', ''],
    ['with the sections in it', '[r.acme]\nurl = "u"\n[r.acme.headers]\nx = "y"\n[r.b]\nurl = "u"\n', '[r.b]\nurl = "u"\n'],
    ['sections that stand apart', '[r.acme.headers]\nx = "y"\n[p]\na = 1\n[r.acme]\nurl = "u"\n', '[p]\na = 1\n'],
    ['a line', '[r]\n# of acme\nacme = { url = "u" } # x\nb = { url = "u" }\n', '[r]\n# of acme\nb = { url = "u" }\n'],
    ['dotted lines', 'r.acme.url = "u"\nr.acme.ttl = 1\na = 1\n', 'a = 1\n'],
    ['none', '[p]\n', '[p]\n'],
    ['a section of Windows', '[p]\r\na = 1\r\n\r\n[r.acme]\r\nurl = "u"\r\n', '[p]\r\na = 1\r\n'],
  ])('%s', (_name, before, after) => expect(remove(before)).toBe(after));

  test('but not out of what is one line with others', () => expect(remove('r = { acme = { url = "u" }, b = 1 }\n')).toBeUndefined());
});

test('what is added and removed again leaves the text as it was, whatever the names', () => {
  const name = fc.oneof(fc.constantFrom('a.b', 'constructor', '__proto__'), fc.string({ unit: 'grapheme', minLength: 1 }));
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), fc.string({ unit: 'grapheme' }), (names, value) => {
      let text = '# stays\n[other]\nx = """\n[r.acme]\n""" # this too\n';
      const before = text;
      for (const one of names) text = addTomlTable(text, 'f', ['r', one], { url: JSON.stringify(value).replaceAll('\x7f', '') }) ?? text;
      expect(Object.keys((parse(text) as { r: object }).r).sort()).toEqual([...names].sort());
      for (const one of names) text = removeTomlTable(text, 'f', ['r', one]) ?? text;
      expect(text).toBe(before);
    }),
    { numRuns: Number(process.env.RUNS ?? 100) },
  );
});
