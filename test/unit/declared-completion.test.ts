import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Declared, DeclaredParameter } from '../../src/arguments/declared.ts';
import { readDeclared } from '../../src/arguments/read-declared.ts';
import { ARGC_DECLARATIONS, argc, USAGE_DECLARATIONS, usage } from '../support/declarations.ts';
import { PACKAGE } from '../support/sandbox.ts';

const SCRIPTS = [
  ...USAGE_DECLARATIONS.map(([declaration]) => usage(...declaration.split('\n'))),
  ...ARGC_DECLARATIONS.map(([comment]) => argc(comment, '@flag --zz')),
  usage(
    'flag "--help-text" help="""',
    '  first',
    '  second',
    '  """',
    String.raw`arg "[x]" help="a\tb\u{e9}" { choices "one" "t\"wo" r"e" #"raw"# ; }`.replace('r"e" ', ''),
  ),
  usage(
    'flag "--a" /-hide=#true help="still /* here */" /* gone */ /-{ choices "x"; }',
    'flag \\',
    '  "--b" // and more',
    '/* flag "--c"',
    '*/ flag "--d";flag "--e"',
  ),
];

/** The rows as completion reads them, the number of each replaced by what it stands for. */
function rowsOfAwk(text: string, program: readonly [string, ...string[]]): string[] {
  const [command, ...words] = program;
  const { stdout, stderr } = spawnSync(command, [...words, '-f', join(PACKAGE, 'libexec/declared.awk')], {
    input: text,
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: process.env.PATH, ENVS: 'p, q' },
  });
  expect(stderr).toBe('');
  const rows = stdout
    .split('\n')
    .slice(0, -1)
    .map((row) => row.split('\t'));
  const details = new Map<string, string[]>();
  for (const [label = '', number = '', value = ''] of rows) {
    if (/^(choice|run|described|function)$/.test(label)) details.set(number, [...(details.get(number) ?? []), `${label} ${value}`]);
  }
  const meaning = (kind = ''): string => (/^\d+$/.test(kind) ? (details.get(kind) ?? []).join(',') : kind);
  return rows
    .filter(([label = '']) => /^(flag|hidden|place|rest)$/.test(label))
    .map(([label = '', first = '', kind, text = '']) =>
      label === 'place' || label === 'rest' ? `${label} ${meaning(first)}` : `${label} ${first} ${meaning(kind)} ${text}`,
    )
    .sort();
}

/** The same of what src/arguments reads. */
function rowsOf(declared: Declared): string[] {
  const kind = ({ choices, completion }: DeclaredParameter): string => {
    if (choices?.fromFunction !== undefined) return `function ${choices.fromFunction}`;
    if (choices !== undefined) return [...choices.values, ...(choices.fromVariable === 'ENVS' ? ['p', 'q'] : [])].map((value) => `choice ${value}`).join(',');
    if (completion === undefined) return 'text';
    return 'run' in completion ? `${completion.described ? 'described' : 'run'} ${completion.run}` : completion.kind;
  };
  const text = (help: string): string => help.replaceAll('\t', ' ');
  return [
    ...declared.flags.flatMap((flag) => [
      ...flag.spellings.map(
        (spelling) =>
          `${flag.hidden || flag.hiddenSpellings.includes(spelling) ? 'hidden' : 'flag'} ${spelling} ${flag.values.length === 0 ? 'none' : kind(flag)} ${text(flag.help)}`,
      ),
      ...flag.negations.map((spelling) => `flag ${spelling} none ${text(flag.help)}`),
    ]),
    ...declared.args.flatMap((arg) => [
      ...arg.labels.map(() => `place ${kind(arg)}`),
      ...(arg.several && arg.labels.length === 1 ? [`rest ${kind(arg)}`] : []),
    ]),
  ].sort();
}

test('completion reads the same arguments', () => {
  for (const text of SCRIPTS) {
    const declared = readDeclared(text);
    expect(rowsOfAwk(text, ['awk']), text).toEqual(declared && rowsOf(declared));
  }
});

test('busybox reads as mawk does', () => {
  for (const text of SCRIPTS.slice(-12)) expect(rowsOfAwk(text, ['busybox', 'awk'])).toEqual(rowsOfAwk(text, ['awk']));
});

test.each(['flag "--x', 'flag "--x" {', '}', 'flag "--x" /* no end'])('nothing is completed by what is no KDL: %s', (line) => {
  expect(rowsOfAwk(usage('flag "--ok"', line), ['awk'])).toEqual([]);
});

test('a script of argc with subcommands has nothing to complete here, nor has one that calls nothing', () => {
  expect(rowsOfAwk(argc('@flag --x', '@cmd upload'), ['awk'])).toEqual([]);
  expect(rowsOfAwk('#!/bin/sh\n# @arg $1 string the app\n', ['awk'])).toEqual([]);
});
