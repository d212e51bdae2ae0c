import { expect, test } from 'vitest';
import { booleanFlag } from '../../src/commands/boolean-flag.ts';
import { withTwoDashes } from '../../src/commands/go-flags.ts';

const SPEC = {
  name: 'x:y',
  summary: '',
  options: [
    ['--path <directory>', ''],
    ['--use-archive [boolean]', ''],
    ['--check', ''],
  ],
  examples: [],
} as const;

test.each<[string, string]>([
  ['-path dist -use-archive=false -check', '--path dist --use-archive=false --check'],
  ['--path=dist --check', '--path=dist --check'],
  ['-path -check -check', '--path -check --check'],
  ['-path=x -check', '--path=x --check'],
  ['-use-archive -check', '--use-archive --check'],
  ['-json', '--json'],
  ['-other -h word', '-other -h word'],
  ['-path -- -check', '--path -- --check'],
  ['-- -check', '-- -check'],
])('%s is read as %s', (typed, expected) => {
  expect(withTwoDashes(SPEC, typed.split(' ')).join(' ')).toBe(expected);
});

test.each<[value: string | true | undefined, read: boolean | undefined]>([
  [undefined, undefined],
  [true, true],
  ['true', true],
  ['T', true],
  ['1', true],
  ['false', false],
  ['F', false],
  ['0', false],
])('a boolean is read as Go reads one: %s', (value, read) => {
  expect(booleanFlag('--sign', value)).toBe(read);
});

test.each(['', 'yes', 'tRUE'])('"%s" is no boolean, whichever flag has it', (value) => {
  for (const flag of ['--sign', '--verify', '-use-archive']) {
    expect(() => booleanFlag(flag, value)).toThrow(
      expect.objectContaining({
        code: 'bad-value',
        status: 2,
        message: `${flag} takes true or false, not "${value}"`,
        hint: `write ${flag}, or ${flag}=false`,
      }),
    );
  }
});
