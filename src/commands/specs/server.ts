import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands that set up and check a server. */
export const serverSpecs = [
  {
    name: 'server:setup',
    summary: 'Set up a server: a system user, its home, a rule for sudo, a file of SSH keys',
    options: [['--user <name>', "name of the system user (default: the command's name)"], DRY_RUN],
  },
  { name: 'server:check', summary: 'List what is missing on a server, or too open' },
  {
    name: 'server:key',
    summary: 'Print the authorized_keys line for a public key on standard input',
    args: '<name>',
  },
] as const satisfies readonly CommandSpec[];
