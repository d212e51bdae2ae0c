import { UserError } from '../../errors.ts';
import { fitCorePlugin } from '../../home/core-links.ts';
import { isShipped } from '../../home/core-names.ts';
import { isTaken } from '../../plugins/installed.ts';
import { planUninstall } from '../../store/plan-change.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { removeEnabledLink } from '../../store/switch.ts';
import { carryOut } from '../../store/transaction.ts';
import { logWarn } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Takes a plugin away without asking its hooks; one that is not there is no failure (contract dokku §2 `uninstall`). */
export async function run({ layout, env, args: [name = ''] }: PlugnContext): Promise<number> {
  checkName(name);
  const isThere = (): boolean => isTaken(layout, name);
  if (!isThere()) return 0;
  if (isShipped(layout, name)) throw new UserError('core-plugin', 'Cannot uninstall a core plugin');
  refuseNested(env);
  return withStoreMutex(layout, logWarn, async () => {
    if (!isThere()) return 0;
    fitCorePlugin(layout, name);
    const change = planUninstall(layout, name);
    // A link to nothing is all there is of its plugin.
    if (!change.from) removeEnabledLink(layout, name);
    else await carryOut(layout, change, { hooks: [], warn: logWarn }, env);
    return 0;
  });
}
