import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands that write what help shows. */
export const docsSpecs = [
  {
    name: 'docs:generate',
    summary: 'Write a reference of the commands, as pages of Markdown or manual pages',
    args: '<directory>',
    options: [
      ['--man', 'manual pages, one for each command, in place of Markdown'],
      ['--plugin <name>...', "of this plugin (default: yours; core plugins' commands are left out)"],
      ['--check', 'write nothing; fail if what is in the directory differs'],
      DRY_RUN,
    ],
    examples: ['docs:generate ./reference', 'docs:generate ./man --man --plugin ops', 'docs:generate ./reference --check'],
    statuses: { 1: 'it was refused, or with --check, what is in the directory differs' },
  },
] as const satisfies readonly CommandSpec[];
