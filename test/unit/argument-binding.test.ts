import { describe, expect, test } from 'vitest';
import { bind } from '../../src/arguments/bind.ts';
import { readDeclared } from '../../src/arguments/read-declared.ts';
import { settle } from '../../src/arguments/settle.ts';
import { shellText } from '../../src/arguments/shell-text.ts';
import { bytesOf, textOf } from '../../src/system/any-bytes.ts';

/** What a command line comes to: the shell text without its line ends, what is wrong, or what is asked for. */
function outcome(head: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const declared = readDeclared(head);
  if (declared === undefined) throw new Error('nothing is declared');
  const bound = bind(declared, words);
  if ('asked' in bound) return `asked for ${bound.asked}`;
  if ('fault' in bound) return `${bound.code}: ${bound.fault}`;
  const settled = settle(declared, bound, env);
  if ('fault' in settled) return `${settled.code}: ${settled.fault}`;
  return shellText(declared, settled, head.includes('bash') ? 'bash' : 'sh', (message) => `fail ${message}`)
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('export ') && !line.startsWith('unset '))
    .join(' | ');
}

const usage = (...lines: readonly string[]): string => ['#!/bin/sh', ...lines.map((line) => `#USAGE ${line}`)].join('\n');
const argc = (...lines: readonly string[]): string => ['#!/bin/bash', ...lines.map((line) => `# ${line}`), 'eval "$(tool args "$0" "$@")"'].join('\n');

const FLAGS = usage(
  'flag "-f --force"',
  'flag "-v --verbose" count=#true',
  'flag "-j --jobs <n>"',
  'flag "--colour" negate="--no-colour" default=#true',
  'arg "[rest]..."',
);
const MANY = usage(
  'flag "--tag <tag>" var=#true var_min=1 var_max=2 delimiter=","',
  'flag "--range <a> <b>"',
  'flag "--any <x>" allow_hyphen_values=#true',
  'arg "[rest]..."',
);
const CHOICES = usage('flag "--level <level>" env="LEVEL" { choices "low" "high"; }', 'arg "[kind]" default="a b" { choices "a b" "c" env="KINDS"; }');
const SHIPPING = usage(
  'flag "--key <key>" requires="--sign"',
  'flag "--sign"',
  'flag "--a" conflicts="--b"',
  'flag "--b"',
  'flag "--p <p>" overrides="--q"',
  'flag "--q" env="Q"',
  'flag "--if <x>" required_if="--b"',
  'flag "--or <x>" required_unless="--sign"',
);
const ARGS = usage('arg "<src>"', 'arg "<dst>..." var_min=2 var_max=3');

describe('#USAGE', () => {
  test.each<[string, readonly string[], string, Readonly<Record<string, string>>?]>([
    [FLAGS, [], 'usage_colour=true | set --'],
    [FLAGS, ['-f', '--jobs=8', 'x'], "usage_force=true | usage_jobs='8' | usage_colour=true | usage_rest='x' | set -- 'x'"],
    [FLAGS, ['-fvvj8', '--no-colour'], "usage_force=true | usage_verbose=2 | usage_jobs='8' | usage_colour=false | set --"],
    [FLAGS, ['-j=8'], "usage_jobs='8' | usage_colour=true | set --"],
    [FLAGS, ['--jobs='], "usage_jobs='' | usage_colour=true | set --"],
    [FLAGS, ['--jobs', '-1', '-2.5e3', '-'], "usage_jobs='-1' | usage_colour=true | usage_rest='-2.5e3 -' | set -- '-2.5e3' '-'"],
    [FLAGS, ['--jobs', '1', '--jobs', '2'], "usage_jobs='2' | usage_colour=true | set --"],
    [FLAGS, ['--', '-f', '--', ''], "usage_colour=true | usage_rest='-f -- '\\'''\\''' | set -- '-f' '--' ''"],
    [FLAGS, ['$(id)'], "usage_colour=true | usage_rest=''\\''$(id)'\\''' | set -- '$(id)'"],
    [FLAGS, ['--jobs'], 'missing-argument: --jobs needs <n>'],
    [FLAGS, ['--jobs', '--force'], 'missing-argument: --jobs needs <n>'],
    [FLAGS, ['--force=yes'], 'bad-value: --force takes no value'],
    [FLAGS, ['-fx'], 'unknown-flag: -fx is not one of its flags'],
    [FLAGS, ['--forc'], 'unknown-flag: --forc is not one of its flags'],
    [FLAGS, ['a', '-h'], 'asked for help'],
    [FLAGS, ['--', '-h'], "usage_colour=true | usage_rest='-h' | set -- '-h'"],
    [MANY, ['--tag', 'a,b'], "usage_tag='a b' | set --"],
    [MANY, ['--tag', 'a', '--tag', 'b,c'], 'too-many-arguments: --tag takes at most 2 values, and 3 are given'],
    [MANY, ['--range', '1', '2', '3'], "usage_range='1 2' | usage_rest='3' | set -- '3'"],
    [MANY, ['--range', '1'], 'missing-argument: --range needs <a> and <b>'],
    [MANY, ['--any', '--x'], "usage_any='--x' | set --"],
    [CHOICES, [], 'usage_kind=\'a b\' | set -- "$usage_kind"'],
    [CHOICES, ['d'], 'usage_kind=\'d\' | set -- "$usage_kind"', { KINDS: 'x, d' }],
    [CHOICES, ['d'], 'unknown-value: [kind] cannot be d'],
    [CHOICES, ['--level', 'High'], 'unknown-value: --level cannot be High'],
    [CHOICES, [], 'unknown-value: --level cannot be mid', { LEVEL: 'mid' }],
    [CHOICES, ['--level', 'low'], "usage_level='low' | usage_kind='a b' | set -- \"$usage_kind\"", { LEVEL: 'mid' }],
    [SHIPPING, ['--key', 'k', '--or', 'x'], 'missing-flag: --key needs --sign as well'],
    [SHIPPING, ['--a', '--b'], 'conflicting-flags: --a and --b cannot be given together'],
    [SHIPPING, ['--b', '--sign'], 'missing-flag: --b needs --if as well'],
    [SHIPPING, [], 'missing-flag: either --or or --sign is needed'],
    [SHIPPING, ['--q', '--p', '1', '--sign'], "usage_sign=true | usage_p='1' | set --", { Q: '1' }],
    [SHIPPING, ['--sign'], 'usage_sign=true | usage_q=false | set --', { Q: 'off' }],
    [SHIPPING, ['--sign'], 'bad-value: the variable Q, for --q, must be true or false, and is maybe', { Q: 'maybe' }],
    [ARGS, [], 'missing-argument: <src> and <dst>... are missing'],
    [ARGS, ['a', 'b'], 'missing-argument: <dst>... needs at least 2 words, and 1 is given'],
    [ARGS, ['a', 'b', 'c', 'd', 'e'], 'too-many-arguments: e is one word too many'],
    [usage('arg "<cmd>..." double_dash="automatic"', 'flag "-x"'), ['-x', 'a', '-x'], "usage_x=true | usage_cmd='a -x' | set -- 'a' '-x'"],
    [usage('arg "[a]..."', 'arg "[-- b]..."'), ['1', '--', '2'], "usage_a='1' | usage_b='2' | set -- '1' '2'"],
    [usage('arg "<-- b>"'), ['1'], 'bad-value: <b> has to stand behind --, and 1 does not'],
    [usage('arg "[a]..." double_dash="preserve"'), ['1', '--', '2'], "usage_a='1 -- 2' | set -- '1' '--' '2'"],
    [usage('unknown_flags "value"', 'arg "[a]..."'), ['-z', '--y'], "usage_a='-z --y' | set -- '-z' '--y'"],
    [usage('flag "-0 --print0"', 'arg "[a]"'), ['-0', '-1'], 'usage_print0=true | usage_a=\'-1\' | set -- "$usage_a"'],
    [usage('version "1"', 'flag "-x"'), ['-V'], 'asked for version'],
  ])('%# %j', (head, words, expected, env) => {
    expect(outcome(head, words, env)).toBe(expected);
  });
});

describe('argc', () => {
  test.each<[string, readonly string[], string, Readonly<Record<string, string>>?]>([
    [
      argc('@flag -a --all', '@flag -v*', '@option -o --out*', '@arg x*'),
      ['-avv', '-o', '1', '--out=2', 'p q'],
      "argc_all=1 | argc_v=2 | argc_out=('1' '2') | argc_x=('p q') | set -- 'p q'",
    ],
    [argc('@flag -a --all', '@arg x'), ['-a', '-a'], 'bad-value: --all may be given once'],
    [argc('@option --oc <A> <B+>'), ['--oc', '1', '2', '3'], "argc_oc=('1' '2' '3') | set --"],
    [argc('@option --x*,[a|b]'), ['--x', 'a,c'], 'unknown-value: --x cannot be c'],
    [argc('@option --x![=a|b]'), [], "argc_x='a' | set --"],
    [argc('@option --x!'), [], 'missing-flag: --x is missing'],
    [argc('@arg x=`_fn`'), [], 'argc_x=$(_fn) | set -- "$argc_x"'],
    [
      argc('@arg x[`_fn`]'),
      ["a'b"],
      `argc_x='a'\\''b' | case " | $(_fn | cut -f1) | " in *" | "'a'\\''b'" | "*) ;; *) fail [X] cannot be 'a'\\''b' ;; esac | set -- "$argc_x"`,
    ],
    [argc('@arg x[`_fn`]'), ['a\nb'], 'unknown-value: [X] cannot be "a\nb"'],
    [argc('@option --o'), ['--o', '1', 'free', 'words'], "argc_o='1' | set -- 'free' 'words'"],
    [argc('@arg x*'), ['--o1', '-2x'], "argc_x=('--o1' '-2x') | set -- '--o1' '-2x'"],
    [argc('@option --rest~', '@flag -f'), ['--rest', 'a', '-f', '--'], "argc_rest=('a' '-f' '--') | set --"],
    [argc('@env LEVEL[=a|b]', '@flag -f'), [], "LEVEL='a' | set --"],
    [argc('@env LEVEL[=a|b]', '@flag -f'), [], 'unknown-value: the variable LEVEL cannot be c', { LEVEL: 'c' }],
    [argc('@env TOKEN!', '@flag -f'), [], 'missing-argument: the variable TOKEN is not set'],
    [argc('@option --a $$', '@option --b $BEE'), [], "argc_a='1' | argc_b='2' | set --", { A: '1', BEE: '2' }],
    [argc('@meta require-tools git', '@flag -f'), [], "command -v 'git' >/dev/null 2>&1 || fail it needs git, which is not on PATH; install it | set --"],
  ])('%# %j', (head, words, expected, env) => {
    expect(outcome(head, words, env)).toBe(expected);
  });
});

test('bytes that are no UTF-8 survive as a text', () => {
  for (const bytes of [Buffer.from([0xff]), Buffer.from([0x61, 0xc3, 0x28, 0xe2, 0x82]), Buffer.from('é\ufffd😀'), Buffer.from([0xed, 0xb2, 0x80])]) {
    expect(bytesOf(textOf(bytes))).toEqual(bytes);
  }
});
