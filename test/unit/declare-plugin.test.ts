import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { declarePlugin } from '../../src/sync/declared-plugins.ts';

const LINE = 'greet = { git = "u" }';
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tool-declare-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What tool.toml is after an edit. */
function edited(text: string, line: string | undefined, name = 'greet'): string {
  writeFileSync(join(home, 'tool.toml'), text);
  declarePlugin(home, name, line);
  return readFileSync(join(home, 'tool.toml'), 'utf8');
}

test.each([
  ['an empty file', '', `[plugins]\n${LINE}\n`],
  ['no section', 'a = 1\n', `a = 1\n\n[plugins]\n${LINE}\n`],
  ['no line end at the end', '[plugins]\nb = { path = "x" }', `[plugins]\nb = { path = "x" }\n${LINE}\n`],
  ['an empty section in front of another', '[plugins]\n\n# next\n[x]\n', `[plugins]\n${LINE}\n\n# next\n[x]\n`],
  ['Windows line ends', '[plugins]\r\nb = { path = "x" }\r\n', `[plugins]\r\nb = { path = "x" }\r\n${LINE}\r\n`],
  [
    'comments and spaces',
    ' [ plugins ] # ours\n  b = { path = "x" } # b\n# c\n\n[x]\n',
    ` [ plugins ] # ours\n  b = { path = "x" } # b\n  ${LINE}\n# c\n\n[x]\n`,
  ],
  ['the plugin itself, in the middle', '[plugins]\ngreet = { path = "old" } # why\nb = { path = "x" }\n', `[plugins]\n${LINE} # why\nb = { path = "x" }\n`],
  ['a quoted key', '[plugins]\n"greet" = { path = "old" }\n', '[plugins]\n"greet" = { git = "u" }\n'],
  ['an array that looks like a header', '[plugins]\nb = { path = "x", more = [\n[1],\n] }\n', `[plugins]\nb = { path = "x", more = [\n[1],\n] }\n${LINE}\n`],
])('a line is added: %s', (_name, before, after) => {
  expect(edited(before, LINE)).toBe(after);
});

test('a line is removed, and only that', () => {
  expect(edited(`[plugins]\nb = { path = "x" }\n${LINE} # ours\n\n[x]\ngreet = 1\n`, undefined)).toBe('[plugins]\nb = { path = "x" }\n\n[x]\ngreet = 1\n');
  expect(edited('[x]\ngreet = 1\n', undefined)).toBe('[x]\ngreet = 1\n');
  expect(edited('[plugins]\n  greet = { path = """\nx""" } # ours\nb = { path = "x" }\n', undefined)).toBe('[plugins]\nb = { path = "x" }\n');
});

test.each([
  ['a table of its own', '[plugins.greet]\ngit = "v"\n'],
  ['an inline section', 'plugins = { greet = { git = "v" } }\n'],
  ['a dotted key', '[plugins]\ngreet.git = "v"\n'],
  ['dotted keys at the top', 'plugins.greet.git = "v"\n'],
])('another shape is refused and left alone: %s', (_name, text) => {
  expect(() => edited(text, undefined)).toThrow(/cannot be edited automatically/);
  expect(readFileSync(join(home, 'tool.toml'), 'utf8')).toBe(text);
});
