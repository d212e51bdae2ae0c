import type { CommandContext, Outcome } from '../command.ts';
import { run as addRepository } from '../repository/add.ts';

/** Adds the versions.json of an add-on to tool.toml, as a repository of that format. */
export const run = (context: CommandContext<'addon:source:add'>): Promise<Outcome> =>
  addRepository({ ...context, options: { ...context.options, type: 'versions.json' } });
