import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands that manage the repositories that plugins are installed from by name. */
export const repositorySpecs = [
  {
    name: 'repository:add',
    summary: 'Add a repository of plugins',
    description: 'The URL is that of an index file or of a git repository; a path is taken as well.',
    args: '<name> <url>',
    options: [
      ['--header <header>...', `HTTP header for the index, like 'Authorization: Bearer \${TOKEN}'; repeatable`],
      ['--type <type>', 'format of the index: botkube, krew or versions.json (default: detected)'],
      ['--no-update', 'do not fetch the index now'],
      DRY_RUN,
    ],
    examples: [
      'repository:add acme https://plugins.example.org/index.yaml',
      `repository:add acme https://plugins.example.org/index.yaml --header 'Authorization: Bearer \${ACME_TOKEN}'`,
      'repository:add krew https://github.com/kubernetes-sigs/krew-index.git',
    ],
  },
  {
    name: 'repository:list',
    summary: 'List the repositories of plugins',
    examples: ['repository:list', 'repository:list --format json'],
  },
  {
    name: 'repository:update',
    summary: 'Fetch the indexes of all repositories, or of some',
    args: '[names...]',
    options: [['--accept-older', 'take an index that is older than the one before it, this once']],
    examples: ['repository:update', 'repository:update acme', 'repository:update acme --accept-older'],
    statuses: { 1: 'an index could not be fetched, or is older than the one before it; the others were' },
  },
  {
    name: 'repository:remove',
    summary: 'Remove a repository',
    description: 'It is refused while plugins come from it, unless --force is given.',
    args: '<name>',
    options: [DRY_RUN],
    examples: ['repository:remove acme'],
  },
  {
    name: 'repository:import',
    summary: 'Take over the plugins of a Botkube values.yaml',
    description: "Its repositories and plugins are added to tool.toml, and the plugins' configuration to config.toml.",
    args: '<file>',
    options: [DRY_RUN],
    examples: ['repository:import values.yaml --dry-run'],
  },
] as const satisfies readonly CommandSpec[];
