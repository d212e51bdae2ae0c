import { describe, expect, test } from 'vitest';
import { argName, type Declared } from '../../src/arguments/declared.ts';
import { declaredOrNothing, readDeclared } from '../../src/arguments/read-declared.ts';
import { ARGC_DECLARATIONS, argc, USAGE_DECLARATIONS, usage } from '../support/declarations.ts';

/** What a declaration says, in short: each flag and argument with what differs from the plain case. */
function inShort({ flags, args, variables }: Declared): string[] {
  const facts = (parameter: Declared['flags'][number] | Declared['args'][number] | Declared['variables'][number]): string =>
    [
      ...(parameter.required ? ['required'] : []),
      ...(parameter.several ? [`${parameter.several.min}..${parameter.several.max}`] : []),
      ...(parameter.delimiter ? [`by ${parameter.delimiter}`] : []),
      ...(parameter.choices
        ? [
            `${parameter.choices.checked ? 'of' : 'as'} ${[...parameter.choices.values, parameter.choices.fromFunction ?? parameter.choices.fromVariable].join('|')}`,
          ]
        : []),
      ...(parameter.defaults.length > 0 ? [`=${parameter.defaults.join(',')}`] : []),
      ...(parameter.defaultFrom ? [`=${parameter.defaultFrom}()`] : []),
      ...(parameter.env.length > 0 ? [`$${parameter.env.join(',$')}`] : []),
      ...(parameter.completion ? ['run' in parameter.completion ? `run ${parameter.completion.run}` : parameter.completion.kind] : []),
      ...(parameter.hidden ? ['hidden'] : []),
      ...(parameter.help === '' ? [] : [`"${parameter.help}"`]),
    ]
      .map((fact) => ` ${fact}`)
      .join('');
  return [
    ...flags.map(
      (flag) =>
        `${flag.variable} ${[...flag.spellings, ...flag.negations.map((text) => `!${text}`)].join(' ')}${flag.values.map((name) => ` <${name}>`).join('')}${
          flag.each && flag.each.max !== 1 ? ` ${flag.each.min}-${flag.each.max}` : ''
        }${flag.counts ? ' counts' : ''}${facts(flag)}`,
    ),
    ...args.map((arg) => `${arg.variable} ${argName(arg)}${arg.doubleDash === 'optional' ? '' : ` ${arg.doubleDash}`}${facts(arg)}`),
    ...variables.map((variable) => `$${variable.variable}${facts(variable)}`),
  ];
}

describe('#USAGE lines', () => {
  test.each(USAGE_DECLARATIONS)('%s', (declaration, expected) => {
    const declared = readDeclared(usage(...declaration.split('\n')));
    expect(declared && inShort(declared)).toEqual([expected]);
  });

  test('mise and others write the mark in several ways, and other comments between them', () => {
    const text = [
      '#!/usr/bin/env node',
      '//USAGE flag "--a"',
      '// not a declaration',
      '',
      '//[USAGE] flag "--b"',
      '// [USAGE] flag "--c"',
      'main()',
      '//USAGE flag "--late"',
    ];
    expect(readDeclared(text.join('\n'))?.flags.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('what a command is for, its examples and its own synopsis', () => {
    const declared = readDeclared(
      usage(
        'about "Ship it"',
        'long_about """',
        '  One line.',
        '',
        '    indented',
        '  """',
        'example "ship web" header="Once"',
        'usage "ship [FLAGS]"',
        'version "1.2"',
      ),
    );
    expect(declared).toMatchObject({
      about: 'Ship it',
      description: ['One line.', '', '  indented'],
      examples: [{ code: 'ship web', header: 'Once' }],
      usage: 'ship [FLAGS]',
      version: '1.2',
    });
  });

  test.each([
    [['flag "--force'], 'line 2: this is not KDL: '],
    [['arg "<a>"', 'flag "--x" default=true'], 'line 3: this is not KDL: invalid keyword "true"'],
    [['cmd "sub"'], 'line 2: cmd is not supported here; docs/arguments.md lists what is'],
    [['flag "--x" whatever=#true'], 'line 2: whatever of flag is not supported here; docs/arguments.md lists what is'],
    [['flag "--x" {', '  whatever "y"', '}'], 'line 3: whatever of flag is not supported here'],
    [['flag "x"'], 'line 2: x has neither -x nor --name in it'],
    [['flag'], 'line 2: flag takes one word in quotes, and may have its help behind it'],
    [['flag "--x" count="yes"'], 'line 2: count=yes must be #true or #false'],
    [['arg "<a>..." var_min=-1'], 'line 2: var_min=-1 must be a whole number'],
    [['arg "<a>..."', 'arg "<b>"'], 'line 3: b stands behind a, which takes all words'],
    [['arg "[a]"', 'arg "<b>"'], 'line 3: b is required, and stands behind a, which is not'],
    [['flag "--x"', 'flag "-x --x"'], 'line 3: --x is declared twice'],
    [['flag "--a-b"', 'flag "--a_b"'], 'line 3: --a_b sets usage_a_b, as --a-b does'],
    [['flag "--x" conflicts="--y"'], 'line 2: --y is not declared'],
    [['flag "--x <v>" env="not a name"'], 'line 2: env="not a name" is not the name of a variable'],
    [['flag "--x <v>" default="c" { choices "a" "b"; }'], 'line 2: default="c" is none of its choices'],
    [['flag "--x <v>" negate="--no-x"'], 'line 2: --x <v> takes a value, so it can neither count nor be negated'],
    [['arg "<a>" double_dash="never"'], 'line 2: double_dash="never" must be required, optional, automatic or preserve'],
    [['arg "<a>"', 'complete "a" run="x {{ words[1] }}"'], 'line 3: run has a template in it, which is not supported here'],
    [['unknown_flags "maybe"'], 'line 2: maybe must be "error" or "value"'],
  ])('%j is refused', (lines, message) => {
    expect(() => readDeclared(usage(...lines))).toThrow(message);
    expect(declaredOrNothing(usage(...lines))).toBeUndefined();
  });
});

describe("argc's comments", () => {
  test.each(ARGC_DECLARATIONS)('%s', (comment, expected) => {
    // A tag of arguments has to be there for the file to be read this way.
    const declared = readDeclared(argc(comment, ...(comment.startsWith('@env') ? ['@flag --zz'] : [])));
    expect(declared && inShort(declared).filter((line) => !line.startsWith('argc_zz'))).toEqual([expected]);
  });

  test('descriptions go on over the comments below them', () => {
    const declared = readDeclared(
      argc('@describe Ship it', '', 'In two', 'lines.', '@flag --fa first', 'more of it', '@meta version 1.2', '@meta require-tools git yq'),
    );
    expect(declared).toMatchObject({
      about: 'Ship it',
      description: ['In two', 'lines.'],
      version: '1.2',
      programs: ['git', 'yq'],
      flags: [{ help: 'first', description: ['more of it'] }],
    });
  });

  test('comments of other systems are not taken for it', () => {
    expect(readDeclared('#!/usr/bin/env ruby\n# @option opts [String] :subject\nputs 1\n')).toBeUndefined();
    expect(readDeclared('#!/usr/bin/env bash\n# @arg $1 string the app\n')).toBeUndefined();
    expect(readDeclared('#!/bin/sh\n# Summary: nothing declared\n')).toBeUndefined();
  });

  test.each([
    [['@cmd upload', '@arg x'], 'line 2: @cmd is not supported here: make each subcommand a file of its own'],
    [['@arg x', '@meta dotenv'], 'line 3: @meta dotenv is not supported here'],
    [['@option --x[a|b'], 'is not closed by ]'],
    [['@option x'], 'line 2: x is neither -x nor --name'],
    [['@option +x'], 'line 2: +x begins with +, which is not supported here'],
    [['@option --x-'], 'line 2: x- ends in -, which is not supported here'],
    [['@option --x=`a;b`'], 'line 2: `a;b` is not the name of a function'],
    [['@arg x[`$(id)`]'], 'line 2: `$(id)` is not the name of a function'],
    [['@arg a*', '@arg b'], 'line 3: b stands behind a, which takes all words'],
    [['@flag --a!'], 'line 2: ! behind a is not understood'],
    [['@env lower', '@arg x'], 'line 2: lower is not the name of a variable in capitals'],
  ])('%j is refused', (lines, message) => {
    expect(() => readDeclared(argc(...lines))).toThrow(message);
  });
});
