import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { linkCorePlugins } from '../../home/core-links.ts';
import { isCore } from '../../home/layout.ts';
import { isEnabled } from '../../plugins/installed.ts';
import { planUninstall } from '../../store/plan-change.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { removeEnabledLink } from '../../store/switch.ts';
import { carryOut } from '../../store/transaction.ts';
import { somethingAt } from '../../system/links.ts';
import { logWarn } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Takes a plugin away without asking its hooks; one that is not there is no failure (contract dokku §2 `uninstall`). */
export async function run({ layout, env, args: [name = ''] }: PlugnContext): Promise<number> {
  checkName(name);
  const available = join(layout.available, name);
  const isThere = (): boolean => somethingAt(available) || isEnabled(layout, name);
  if (!isThere()) return 0;
  if (isCore(layout, name)) throw new UserError('REFUSED', 'Cannot uninstall a core plugin');
  refuseNested(env);
  return withStoreMutex(layout, logWarn, async () => {
    if (!isThere()) return 0;
    const change = planUninstall(layout, name);
    // A link to nothing is all there is of its plugin.
    if (!change.from) removeEnabledLink(layout, name);
    else await carryOut(layout, change, { hooks: [], warn: logWarn }, env);
    // A core plugin that stood aside for this name takes it back.
    if (layout.pluginPath === join(layout.home, 'plugins')) linkCorePlugins(layout.packagePath, layout.home);
    return 0;
  });
}
