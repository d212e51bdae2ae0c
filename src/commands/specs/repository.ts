import type { CommandSpec } from '../command-spec.ts';
import { DRY_RUN } from './shared-flags.ts';

/** Commands that manage the repositories that plugins are installed from by name. */
export const repositorySpecs = [
  {
    name: 'repository:add',
    summary: 'Add a repository of plugins: the URL of an index file or of a git repository, or a path',
    args: '<name> <url>',
    options: [
      ['--header <header>...', `HTTP header for the index, like 'Authorization: Bearer \${TOKEN}'; repeatable`],
      ['--type <type>', 'format of the index: botkube, krew or versions.json (default: detected)'],
      ['--no-update', 'do not fetch the index now'],
      DRY_RUN,
    ],
  },
  { name: 'repository:list', summary: 'List the repositories of plugins' },
  { name: 'repository:update', summary: 'Fetch the indexes of all repositories, or of some', args: '[names...]' },
  {
    name: 'repository:remove',
    summary: 'Remove a repository; refused while plugins come from it, unless --force',
    args: '<name>',
    options: [DRY_RUN],
  },
  {
    name: 'repository:import',
    summary: "Add the repositories and plugins of a Botkube values.yaml to tool.toml, and the plugins' configuration to config.toml",
    args: '<file>',
    options: [DRY_RUN],
  },
] as const satisfies readonly CommandSpec[];
