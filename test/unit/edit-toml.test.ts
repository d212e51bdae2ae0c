import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { setInToml } from '../../src/config/edit-toml.ts';

const set = (text: string, key = 'k', value = 'new'): string => setInToml(text, 'config.toml', 'p', key, value);

describe('every byte beside the value stays', () => {
  const cases: [string, string, string][] = [
    ['an empty file', '', '[p]\nk = "new"\n'],
    ['another section', '[q]\nk = 1\n', '[q]\nk = 1\n\n[p]\nk = "new"\n'],
    ['no line end at the end', '[q]\nk = 1', '[q]\nk = 1\n\n[p]\nk = "new"\n'],
    ['no line end at the end of the section', '[p]\na = 1', '[p]\na = 1\nk = "new"\n'],
    ['a value, its spaces and its comment', '# top\n[p] # s\n  k   =  "old" # why\nz = 1\n', '# top\n[p] # s\n  k   =  "new" # why\nz = 1\n'],
    ['a key to be added, before what follows', '[p]\n\ta = 1\n\n# of q\n[q]\nk = 2\n', '[p]\n\ta = 1\n\tk = "new"\n\n# of q\n[q]\nk = 2\n'],
    ['an empty section', '[p]\n[q]\n', '[p]\nk = "new"\n[q]\n'],
    ['Windows line ends', '[p]\r\na = 1\r\n', '[p]\r\na = 1\r\nk = "new"\r\n'],
    ['quoted names', '[ "p" ]\n\'k\' = "old"\n', '[ "p" ]\n\'k\' = "new"\n'],
    ['escaped names', '["\\u0070"]\n"\\u006b" = "old"\n', '["\\u0070"]\n"\\u006b" = "new"\n'],
    ['a multi-line string', '[p]\nk = """\n[q]\nk = \\"""\n"""""\nz = 1\n', '[p]\nk = "new"\nz = 1\n'],
    ['a multi-line literal', "[p]\nk = '''\n# k = 1'''''# x\n", '[p]\nk = "new"# x\n'],
    ['an array over lines', '[p]\nk = [ # one\n  "]", \'#\', [1],\n]\nz = 1\n', '[p]\nk = "new"\nz = 1\n'],
    ['strings that look like sections', '[q]\nx = """\n[p]\nk = 1\n"""\n', '[q]\nx = """\n[p]\nk = 1\n"""\n\n[p]\nk = "new"\n'],
    ['a section of the section', '[p.sub]\nk = 1\n', '[p.sub]\nk = 1\n\n[p]\nk = "new"\n'],
    ['dotted keys', 'p.a = 1 # x\n[q]\n', 'p.a = 1 # x\np.k = "new"\n[q]\n'],
    ['a dotted key that is there', 'p . k = 1 # x\n', 'p . k = "new" # x\n'],
  ];
  test.each(cases)('%s', (_name, before, after) => {
    expect(set(before)).toBe(after);
    expect(parse(set(before))).toMatchObject({ p: { k: 'new' } });
  });

  test('also among numbers, dates and tables of any kind', () => {
    const text = '[[list]]\np.k = 1\n[list.q]\nx = 1979-05-27T07:32:00Z\n[p]\nk = 07:32:00 # when\nf = inf\n';
    expect(set(text)).toBe(text.replace('07:32:00 #', '"new" #'));
  });
});

test.each(['', '-', '"', "'", '\\', '\n', '\t\x7f\x01', '"""', '# no comment', '[p]', 'ünï\u{1f600}', '$(id)', ' x '])(
  'a value of any kind is read back: %j',
  (value) => {
    expect(parse(set('[p]\nk = 1\n', 'k', value))).toEqual({ p: { k: value } });
    expect(parse(set('', value || 'x', value))).toEqual({ p: { [value || 'x']: value } });
  },
);

test('what cannot be set is refused, and says where', () => {
  expect(() => set('[p\n')).toThrow(/^config\.toml:1:3: /);
  expect(() => set('p = 1\n')).toThrow('config.toml: p is not a table');
  expect(() => set('[[p]]\n')).toThrow('config.toml: p is not a table');
  expect(() => set('[p.k]\n')).toThrow('config.toml: k in [p] is a table');
  expect(() => set('p = { a = 1 }\n')).toThrow('config.toml: [p] is written in a form that k cannot be set in');
});

test('whatever is set, in whatever order, the last of each is what is read', () => {
  const name = fc.oneof(fc.constantFrom('p', 'q', 'a.b', '__proto__', 'constructor'), fc.string({ unit: 'grapheme', minLength: 1 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name, fc.string({ unit: 'grapheme' })), { maxLength: 12 }), (steps) => {
      let text = '# stays\n[other]\nx = """\n[p]\n""" # this too\n';
      const wanted = new Map<string, string>();
      for (const [table, key, value] of steps.filter(([table]) => table !== 'other')) {
        text = setInToml(text, 'f', table, key, value);
        wanted.set(JSON.stringify([table, key]), value);
      }
      expect(text.startsWith('# stays\n[other]\nx = """\n[p]\n""" # this too\n')).toBe(true);
      const read = parse(text) as Record<string, Record<string, unknown>>;
      for (const [path, value] of wanted) {
        const [table, key] = JSON.parse(path) as [string, string];
        expect(Object.entries(Object.entries(read).find(([found]) => found === table)?.[1] ?? {})).toContainEqual([key, value]);
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 200) },
  );
});
