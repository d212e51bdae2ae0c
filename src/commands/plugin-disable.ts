import { UserError } from '../errors.ts';
import { disablePlugin } from '../store/enabling.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { logInfo, logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/** Disables a plugin and keeps it. */
export async function run({ layout, env, args: [name] }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to disable');
  refuseNested(env);
  return changingPlugins(layout, logWarn, async () => {
    disablePlugin(layout, name);
    logInfo(`Plugin ${name} disabled`);
    return 0;
  });
}
