import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isUsers } from '../../home/core-names.ts';
import { coreCalls } from '../../plugins/core-calls.ts';
import { isEnabled } from '../../plugins/installed.ts';
import { enablePlugin, refuseEnabling } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changed, planned } from './change-outcome.ts';

/** Enables a plugin that is there. */
export async function run(context: CommandContext<'plugin:enable'>): Promise<Outcome> {
  const {
    layout,
    env,
    args: [name],
    options,
    warn,
  } = context;
  if (!name) throw new UserError('missing-argument', 'Please specify a plugin to enable', { status: 1 });
  refuseNested(env);
  if (isUsers(layout, name) && !isEnabled(layout, name)) {
    const calls = coreCalls(layout, name, join(layout.available, name));
    if (calls.length > 0) await (await import('./offer-core.ts')).offerCore(context, name, calls);
  }
  return withStoreMutex(layout, warn, async () => {
    if (options.dryRun) {
      await refuseEnabling(layout, name, env);
      return planned(name, [`enable ${name}`]);
    }
    await enablePlugin(layout, name, env, warn, { asksGuard: options.skipGuardCheck !== true });
    return changed({ name, changed: true, enabled: true }, `Plugin ${name} enabled`);
  });
}
