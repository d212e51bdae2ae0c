import { UserError } from '../../errors.ts';
import { disablePlugin, refuseDisabling } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changed, planned } from './change-outcome.ts';

/** Disables a plugin and keeps it. */
export async function run({ layout, env, args: [name], options, warn }: CommandContext<'plugin:disable'>): Promise<Outcome> {
  if (!name) throw new UserError('missing-argument', 'Please specify a plugin to disable', { status: 1 });
  refuseNested(env);
  return withStoreMutex(layout, warn, async () => {
    if (options.dryRun) {
      await refuseDisabling(layout, name);
      return planned(name, [`disable ${name}`]);
    }
    await disablePlugin(layout, name);
    return changed({ name, changed: true, enabled: false }, `Plugin ${name} disabled`);
  });
}
