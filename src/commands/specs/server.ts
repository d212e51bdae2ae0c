import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands that set up and check a server. */
export const serverSpecs = [
  {
    name: 'server:setup',
    summary: 'Set up a server, step by step',
    description: "It gets a system user, that user's home, a rule for sudo, and a file of SSH keys.",
    options: [['--user <name>', "name of the system user (default: the command's name)"], DRY_RUN],
    examples: ['server:setup --dry-run', 'server:setup --user deploy'],
  },
  {
    name: 'server:check',
    summary: 'List what is missing on a server, or too open',
    examples: ['server:check', 'server:check --format json'],
    statuses: { 0: 'nothing is missing or too open', 1: 'something is, and each is listed with its remedy' },
  },
  {
    name: 'server:key',
    summary: 'Print the authorized_keys line for a public key on standard input',
    args: '<name>',
    examples: ['server:key alice < id_ed25519.pub'],
  },
] as const satisfies readonly CommandSpec[];
