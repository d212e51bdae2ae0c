import { addonSources } from '../../addons/sources.ts';
import { refuseUnknown } from '../../repositories/settings.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { run as removeRepository } from '../repository/remove.ts';

/** Removes a source of an add-on from tool.toml, and the copy of its file. */
export async function run(context: CommandContext<'addon:source:remove'>): Promise<Outcome> {
  const { layout, args } = context;
  const sources = addonSources(layout.home);
  refuseUnknown(
    args[0],
    sources.map(({ name }) => name),
    layout.brand,
  );
  return removeRepository({ ...context });
}
