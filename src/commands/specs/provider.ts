import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands for providers, and for what they bring with them. */
export const providerSpecs = [
  {
    name: 'provider:install',
    summary: 'Install a provider',
    description:
      'A provider is a program that describes itself (define), unpacks its files (unpack) and serves an instance (listen). It is given by its file or URL, or by the name of an enabled plugin that has an executable called provider. A source of Botkube is a provider as well.',
    args: '<place>',
    options: [
      ['--sha256 <sum>', 'checksum that the program must have: 64 hexadecimal digits'],
      ['--replace', 'put it in the place of the one that is installed; its instances are restarted'],
      DRY_RUN,
    ],
    examples: ['provider:install ./incrementer', 'provider:install https://providers.example.org/incrementer --replace'],
  },
  {
    name: 'provider:list',
    summary: 'List the providers, and the plugins that carry one',
    examples: ['provider:list', 'provider:list --format json'],
  },
  {
    name: 'provider:show',
    summary: 'Show what a provider says of itself',
    args: '<name>',
    examples: ['provider:show incrementer'],
  },
  {
    name: 'provider:verify',
    summary: 'Check that the programs of providers are what was installed',
    args: '[name...]',
    examples: ['provider:verify', 'provider:verify incrementer'],
  },
  {
    name: 'provider:reload',
    summary: 'Install a provider anew from where it came from',
    description: 'If the new program cannot be used, the one that is installed stays, and goes on running.',
    args: '<name>',
    options: [DRY_RUN],
    examples: ['provider:reload incrementer'],
  },
  {
    name: 'provider:remove',
    summary: 'Remove a provider that has no instances',
    args: '<name>',
    options: [DRY_RUN],
    examples: ['provider:remove incrementer'],
  },
  {
    name: 'content:list',
    summary: 'List what providers bring with them: parameters and other objects',
    args: '[type]',
    examples: ['content:list', 'content:list params'],
  },
  {
    name: 'content:show',
    summary: 'Show an object that a provider brings',
    args: '<type> <name>',
    examples: ['content:show params incrementer/step'],
  },
] as const satisfies readonly CommandSpec[];
