import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands that set up completion. */
export const completionSpecs = [
  {
    name: 'completion:install',
    summary: 'Have a shell complete the command line',
    description: 'The shell is bash, zsh or fish; without one, it is that of $SHELL.',
    args: '[shell]',
    options: [DRY_RUN],
    examples: ['completion:install', 'completion:install zsh --dry-run'],
  },
  {
    name: 'completion:uninstall',
    summary: 'Remove what completion:install wrote',
    description: 'The shell is bash, zsh or fish; without one, it is that of $SHELL.',
    args: '[shell]',
    options: [DRY_RUN],
    examples: ['completion:uninstall zsh'],
  },
] as const satisfies readonly CommandSpec[];
