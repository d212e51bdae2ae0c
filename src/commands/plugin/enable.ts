import { UserError } from '../../errors.ts';
import { enablePlugin, refuseEnabling } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { logWarn } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { reportChange, reportPlan } from './report-change.ts';

/** Enables a plugin that is there. */
export async function run({ layout, env, args: [name], options }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to enable');
  refuseNested(env);
  return withStoreMutex(layout, logWarn, async () => {
    if (options.dryRun) {
      await refuseEnabling(layout, name);
      return reportPlan(options, name, [`enable ${name}`]);
    }
    await enablePlugin(layout, name, env, logWarn, { asksGuard: options.skipGuardCheck !== true });
    return reportChange(options, { name, changed: true, enabled: true }, `Plugin ${name} enabled`);
  });
}
