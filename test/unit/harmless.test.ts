import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseToml, tomlString } from '../../src/config/toml.ts';
import { type Lock, type LockedPlugin, parseLock, renderLock } from '../../src/sync/lockfile.ts';
import { harmless, harmlessLine } from '../../src/system/harmless.ts';
import { columns } from '../../src/terminal/columns.ts';
import { jsonText } from '../../src/terminal/json-text.ts';

describe('a text by somebody else is shown harmless', () => {
  test.each([
    ['plain text', 'Say hello, 100%', 'Say hello, 100%'],
    ['letters of any script', 'Grüße, 日本語, שלום, e\u0301', 'Grüße, 日本語, שלום, e\u0301'],
    ['colours', '\x1b[1;31mred\x1b[0m text', 'red text'],
    ['colours in colours', '\x1b\x1b[31m[31mred', '?[31mred'],
    ['another escape sequence', '\x1b[2J\x1b]0;title\x07\x1bP', '?[2J?]0;title??P'],
    ['controls', 'a\0b\x08c\x7fd', 'a?b?c?d'],
    ['controls of one byte more', 'a\x9b31mb\x9d0;t\x9c', 'a?31mb?0;t?'],
    ['a direction of writing that is turned', 'a\u202Eb\u2066c\u2069d\u200Fe\u061Cf', 'a?b?c?d?e?f'],
    ['what has no width', 'a\u200Bb\uFEFFc\u2060d\u00ADe\u{E0041}f', 'a?b?c?d?e?f'],
    ['a joiner in a plain word', 'a\u200Db\u200Cc', 'a?b?c'],
    ['a joiner where a script or an emoji needs one', 'می\u200Cشود 👩\u200D💻 ⚠\uFE0F', 'می\u200Cشود 👩\u200D💻 ⚠\uFE0F'],
    ['joiners behind each other', 'é\u200D\u200D\u200Dé', 'é???é'],
    ['half a character', 'a\uD800b', 'a?b'],
  ])('%s', (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
    expect(harmlessLine(text)).toBe(shown);
  });

  test.each([
    ['line ends', ' a\nb\r\nc\x85d\u2028e\u2029\n\n', 'a b c d e'],
    ['tabs', 'a\tb', 'a b'],
  ])('%s make no second line of a field', (_, text, shown) => {
    expect(harmlessLine(text)).toBe(shown);
    expect(columns([[text, 'x\ny']])).toEqual([`${shown}   x y`]);
  });

  test('line ends and tabs stay in a text of several lines', () => expect(harmless('a\n\tb\n')).toBe('a\n\tb\n'));

  test('a long text of anything takes no time to speak of', () => {
    for (const part of ['\x1b[', ' \t', '\u200d', '\n ', 'é\u200d']) expect(harmlessLine(part.repeat(100_000)).length).toBeLessThan(300_001);
  });
});

const anyText = fc.string({ unit: 'binary', maxLength: 30 });
const nothingHarmful = (text: string): void => expect(harmless(text)).toBe(text);

test('JSON says any text, reads back equal, and is harmless', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = jsonText({ [text]: text });
      expect(JSON.parse(json)).toEqual({ [text]: text });
      nothingHarmful(json);
      expect(json).not.toContain('\n');
    }),
  );
});

test('a lock holds any text, reads back equal, and is harmless', () => {
  const hex = 'ab'.repeat(32);
  const path = anyText.filter((text) => !text.includes('\0'));
  const source: fc.Arbitrary<LockedPlugin['source']> = fc.oneof(
    fc.record({ kind: fc.constant('directory' as const), path }),
    fc.record({ kind: fc.constant('archive' as const), url: path, sha256: fc.constant(hex) }),
    fc.record({ kind: fc.constant('git' as const), url: path, committish: path, tag: path, commit: fc.constant('0'.repeat(40)), exact: fc.boolean() }),
  );
  fc.assert(
    fc.property(anyText, source, fc.boolean(), (version, from, enabled) => {
      const lock: Lock = [{ name: 'greet', version, source: from, hash: hex, enabled, pinned: !enabled }];
      const text = renderLock(lock);
      expect(parseLock(text, 'tool.lock')).toEqual(lock);
      nothingHarmful(text);
    }),
  );
});

test('a string of TOML holds any text and stands on one line', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(parseToml(`key = ${tomlString(text)}\n`, 'a test').key).toBe(text);
      nothingHarmful(tomlString(text));
    }),
  );
});
