import type { CommandSpec } from '../command-spec.ts';

/** Commands for what a home keeps. */
export const storeSpecs = [
  {
    name: 'store:gc',
    summary: 'List what a home keeps and nothing needs, and remove it with --remove',
    description:
      'That is: downloads beyond [cache] downloads of tool.toml, indexes of repositories that are gone, packages of bundles that no add-on was installed from, and environments of earlier builds.',
    options: [['--remove', 'remove what is listed']],
    examples: ['store:gc', 'store:gc --remove'],
    statuses: { 1: 'refused, or something could not be removed' },
  },
] as const satisfies readonly CommandSpec[];
