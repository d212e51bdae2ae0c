import { UserError } from '../errors.ts';
import { enablePlugin } from '../store/enabling.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { logInfo, logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/** Enables a plugin that is there. */
export async function run({ layout, env, args: [name] }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to enable');
  refuseNested(env);
  return changingPlugins(layout, logWarn, async () => {
    await enablePlugin(layout, name, env, logWarn);
    logInfo(`Plugin ${name} enabled`);
    return 0;
  });
}
