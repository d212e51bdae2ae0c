import { expect, test } from 'vitest';
import { completionTable } from '../../src/plugins/helm/completion-table.ts';

/** contract helm §3.7. */

test('a completion.yaml becomes a line for each command', () => {
  const text = `name: wrongname
flags: [q, zed, "bad flag", ok]
commands:
- name: empty
- name: full
  other: passed over
  commands:
  - {name: less, flags: [a, all]}
  - {name: more, validArgs: [one, two, "a b", "$(x)"], flags: [b, ball]}
- {flags: [x]}
`;
  expect(completionTable(text).split('\n')).toEqual([
    '|empty full|+|-q --zed --ok|',
    'empty|-|-||',
    'full|less more|+||',
    'full less|-|-|-a --all|',
    'full more|-|-|-b --ball|one two',
    '',
  ]);
});

test.each(['', 'a: [', '[]', 'commands: x', '['.repeat(5000), '---\n'])('%j is no completion', (text) => {
  expect(completionTable(text)).toMatch(/^\|-\|[-+]\|\|\n$/);
});

test('aliases make no table without end', () => {
  const levels = Array.from({ length: 12 }, (_, at) => `l${at + 1}: &l${at + 1} {name: n, commands: [${Array(9).fill(`*l${at}`).join(', ')}]}`);
  expect(completionTable(`l0: &l0 {name: n}\n${levels.join('\n')}\ncommands: [*l12]\n`).length).toBeLessThan(200_000);
});
