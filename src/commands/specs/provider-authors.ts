import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands for who writes providers. */
export const providerAuthorSpecs = [
  {
    name: 'provider:new',
    summary: 'Make the directory of a new provider',
    description: 'What is in it works: it can be built into one file, which has its version in it, tested, and installed.',
    args: '<name>',
    options: [
      ['--lang <language>', 'ts (default), bash or python'],
      ['--directory <directory>', 'where it is made (default: a directory of its name)'],
      DRY_RUN,
    ],
    examples: ['provider:new incrementer', 'provider:new incrementer --lang python --directory ./providers/incrementer'],
  },
] as const satisfies readonly CommandSpec[];
