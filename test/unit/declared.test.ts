import { describe, expect, test } from 'vitest';
import { argName, type Declared } from '../../src/arguments/declared.ts';
import { declaredOrNothing, readDeclared } from '../../src/arguments/read-declared.ts';

const usage = (...lines: readonly string[]): string => ['#!/usr/bin/env bash', ...lines.map((line) => `#USAGE ${line}`), 'echo done'].join('\n');
const argc = (...lines: readonly string[]): string => ['#!/usr/bin/env bash', ...lines.map((line) => `# ${line}`), 'eval "$(tool args "$0" "$@")"'].join('\n');

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
  test.each([
    ['flag "--force"', 'usage_force --force'],
    ['flag "-f --force" help="do it"', 'usage_force -f --force "do it"'],
    ['flag "-f"', 'usage_f -f'],
    ['flag "--dry-run"', 'usage_dry_run --dry-run'],
    ['flag "-o --output <file>"', 'usage_output -o --output <file> files'],
    ['flag "--out <dir>"', 'usage_out --out <dir> directories'],
    ['flag "--user" {\n  alias "-u"\n  arg "<user>"\n}', 'usage_user --user -u <user>'],
    ['flag "--port <port>" default="8080" env="PORT"', 'usage_port --port <port> =8080 $PORT'],
    ['flag "--port <port>" default=8080', 'usage_port --port <port> =8080'],
    ['flag "--token <t>" env="A" { env_fallback "B" "C"; }', 'usage_token --token <t> $A,$B,$C'],
    ['flag "-v --verbose" count=#true', 'usage_verbose -v --verbose counts'],
    ['flag "--color" negate="--no-color" default=#true', 'usage_color --color !--no-color =true'],
    ['flag "--shell <shell>" { choices "bash" "zsh"; }', 'usage_shell --shell <shell> of bash|zsh|'],
    ['flag "--shell <shell>" { choices strict=#false "bash"; }', 'usage_shell --shell <shell> as bash|'],
    ['flag "--env <env>" { choices env="ENVS"; }', 'usage_env --env <env> of ENVS'],
    ['flag "--include <pattern>" var=#true', 'usage_include --include <pattern> 0..Infinity'],
    ['flag "--include... <pattern>" var_max=3', 'usage_include --include <pattern> 0..3'],
    ['flag "--range <start> <end>"', 'usage_range --range <start> <end> 2-2 0..2'],
    ['flag "--tags <tag>" var=#true delimiter=","', 'usage_tags --tags <tag> 0..Infinity by ,'],
    ['flag "--config <c>" required=#true hide=#true', 'usage_config --config <c> required hidden'],
    ['arg "<app>"', 'usage_app <app> required'],
    ['arg "[app]" help="which"', 'usage_app [app] "which"'],
    ['arg "app"', 'usage_app <app> required'],
    ['arg "<file>" default="x"', 'usage_file [file] =x files'],
    ['arg "<files>..."', 'usage_files <files>... required 1..Infinity files'],
    ['arg "[files]" var=#true var_min=0 var_max=4', 'usage_files [files]... 0..4 files'],
    ['arg "<start> <end>"', 'usage_start <start> <end> required 2..2'],
    ['arg "<-- cmd>..."', 'usage_cmd <cmd>... required required 1..Infinity'],
    ['arg "[rest]..." double_dash="preserve"', 'usage_rest [rest]... preserve 0..Infinity'],
    ['arg "<plugin>"\ncomplete "plugin" run="ls plugins"', 'usage_plugin <plugin> required run ls plugins'],
    ['arg "<x>"\ncomplete "x" type="dir"', 'usage_x <x> required directories'],
    ['/-flag "--gone"\nflag "--kept" // a comment', 'usage_kept --kept'],
    ['flag "--quote <q>" default=#"say "hi""#', 'usage_quote --quote <q> =say "hi"'],
  ])('%s', (declaration, expected) => {
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
    [['flag'], 'line 2: flag takes one word in quotes, and 0 are given'],
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
  test.each([
    ['@flag --fa', 'argc_fa --fa'],
    ['@flag -b --fb short', 'argc_fb -b --fb "short"'],
    ['@flag -c short only', 'argc_c -c "short only"'],
    ['@flag --fd* multi-occurs', 'argc_fd --fd counts "multi-occurs"'],
    ['@flag --ea $$ bind-env', 'argc_ea --ea $EA "bind-env"'],
    ['@flag --eb $EB', 'argc_eb --eb $EB'],
    ['@flag -foo single dash', 'argc_foo -foo "single dash"'],
    ['@option --oa', 'argc_oa --oa <OA>'],
    ['@option -b --ob short', 'argc_ob -b --ob <OB> "short"'],
    ['@option -c', 'argc_c -c <C>'],
    ['@option --oc!', 'argc_oc --oc <OC> required'],
    ['@option --od* x', 'argc_od --od <OD> 0..Infinity "x"'],
    ['@option --oe+', 'argc_oe --oe <OE> required 0..Infinity'],
    ['@option --of*, list', 'argc_of --of <OF> 0..Infinity by , "list"'],
    ['@option --ona <PATH> value', 'argc_ona --ona <PATH> files "value"'],
    ['@option --onb <FILE> <FILE>', 'argc_onb --onb <FILE> <FILE> 2-2 0..2 files'],
    ['@option --onc <CMD> <FILE+>', 'argc_onc --onc <CMD> <FILE> 2-Infinity 0..Infinity files'],
    ['@option --oda=a', 'argc_oda --oda <ODA> =a'],
    ['@option --odq="a b" c', 'argc_odq --odq <ODQ> =a b "c"'],
    ['@option --odb=`_default_fn`', 'argc_odb --odb <ODB> =_default_fn()'],
    ['@option --oca[a|b]', 'argc_oca --oca <OCA> of a|b|'],
    ['@option --ocb[=a|b]', 'argc_ocb --ocb <OCB> of a|b| =a'],
    ['@option --ocq["a|b"|\'c]d\']', 'argc_ocq --ocq <OCQ> of a|b|c]d|'],
    ['@option --ocd+[a|b]', 'argc_ocd --ocd <OCD> required 0..Infinity of a|b|'],
    ['@option --ofa[`_choice_fn`]', 'argc_ofa --ofa <OFA> of _choice_fn'],
    ['@option --ofb[?`_choice_fn`]', 'argc_ofb --ofb <OFB> as _choice_fn'],
    ['@option --ofd*,[`_choice_fn`]', 'argc_ofd --ofd <OFD> 0..Infinity by , of _choice_fn'],
    ['@option --oxa~', 'argc_oxa --oxa <OXA> 0-Infinity 0..Infinity'],
    ['@option --oeb $OEB <DIR> d', 'argc_oeb --oeb <DIR> $OEB directories "d"'],
    ['@option --dry-run <x>', 'argc_dry_run --dry-run <x>'],
    ['@arg va', 'argc_va [VA]'],
    ['@arg vb! required', 'argc_vb <VB> required "required"'],
    ['@arg vc*', 'argc_vc [VC]... 0..Infinity'],
    ['@arg vd+', 'argc_vd <VD>... required 1..Infinity'],
    ['@arg vna <PATH>', 'argc_vna [PATH] files'],
    ['@arg vda=a', 'argc_vda [VDA] =a'],
    ['@arg vcb[=a|b]', 'argc_vcb [VCB] of a|b| =a'],
    ['@arg vfd*,[`_choice_fn`]', 'argc_vfd [VFD]... 0..Infinity by , of _choice_fn'],
    ['@arg vxa~', 'argc_vxa [VXA]... automatic 0..Infinity'],
    ['@arg vea $$', 'argc_vea [VEA] $VEA'],
    ['@env EA', '$EA $EA'],
    ['@env EB!', '$EB required $EB'],
    ['@env EC=true', '$EC =true $EC'],
    ['@env EDB[=dev|prod]', '$EDB of dev|prod| =dev $EDB'],
  ])('%s', (comment, expected) => {
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
