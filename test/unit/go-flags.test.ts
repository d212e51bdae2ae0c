import { expect, test } from 'vitest';
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
