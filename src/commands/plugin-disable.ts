import { UserError } from '../errors.ts';
import { isAvailable, isEnabled } from '../plugins/installed.ts';
import { isCore } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { removeEnabledLink } from '../store/switch.ts';
import { logInfo, logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/** Disables a plugin and keeps it (contract dokku §3 `plugin:disable`; unknown names are told apart from disabled ones). */
export async function run({ layout, env, args: [name] }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to disable');
  refuseNested(env);
  return changingPlugins(layout, logWarn, async () => {
    if (!isPluginName(name) || !(isAvailable(layout, name) || isEnabled(layout, name))) throw new UserError('REFUSED', 'Plugin does not exist');
    if (isCore(layout, name)) throw new UserError('REFUSED', 'Cannot disable a core plugin');
    if (!isEnabled(layout, name)) throw new UserError('REFUSED', 'Plugin already disabled');
    removeEnabledLink(layout, name);
    logInfo(`Plugin ${name} disabled`);
    return 0;
  });
}
