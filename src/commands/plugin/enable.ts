import { UserError } from '../../errors.ts';
import { enablePlugin, refuseEnabling } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changed, planned } from './change-outcome.ts';

/** Enables a plugin that is there. */
export async function run({ layout, env, args: [name], options, warn }: CommandContext<'plugin:enable'>): Promise<Outcome> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to enable');
  refuseNested(env);
  return withStoreMutex(layout, warn, async () => {
    if (options.dryRun) {
      await refuseEnabling(layout, name);
      return planned(name, [`enable ${name}`]);
    }
    await enablePlugin(layout, name, env, warn, { asksGuard: options.skipGuardCheck !== true });
    return changed({ name, changed: true, enabled: true }, `Plugin ${name} enabled`);
  });
}
