import { UserError } from '../errors.ts';
import { enablePlugin, refuseEnabling } from '../store/enabling.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { tellDone, tellPlan } from './tell-change.ts';

/** Enables a plugin that is there. */
export async function run({ layout, env, args: [name], options }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to enable');
  refuseNested(env);
  return changingPlugins(layout, logWarn, async () => {
    if (options.dryRun) {
      await refuseEnabling(layout, name);
      return tellPlan(options, name, [`enable ${name}`]);
    }
    await enablePlugin(layout, name, env, logWarn, { asksGuard: options.skipGuardCheck !== true });
    return tellDone(options, { name, changed: true, enabled: true }, `Plugin ${name} enabled`);
  });
}
