import { UserError } from '../../errors.ts';
import { disablePlugin, refuseDisabling } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { logWarn } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { reportChange, reportPlan } from './report-change.ts';

/** Disables a plugin and keeps it. */
export async function run({ layout, env, args: [name], options }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to disable');
  refuseNested(env);
  return withStoreMutex(layout, logWarn, async () => {
    if (options.dryRun) {
      await refuseDisabling(layout, name);
      return reportPlan(options, name, [`disable ${name}`]);
    }
    await disablePlugin(layout, name);
    return reportChange(options, { name, changed: true, enabled: false }, `Plugin ${name} disabled`);
  });
}
