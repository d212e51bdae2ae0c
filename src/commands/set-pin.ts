import { UserError } from '../errors.ts';
import { isAvailable } from '../plugins/installed.ts';
import { isCore } from '../plugins/layout.ts';
import { isPinned, setPinned } from '../store/pins.ts';
import { currentReceipt } from '../store/receipts.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { storePaths } from '../store/store-paths.ts';
import { logInfo, logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/** Pins a plugin, or lets it go. */
export async function setPin({ layout, env, args: [name = ''] }: CommandContext, pinned: boolean): Promise<number> {
  refuseNested(env);
  if (!isAvailable(layout, name))
    throw new UserError('REFUSED', `Plugin (${name}) is not currently installed`, { hint: `see \`${layout.brand} plugin:list\`` });
  if (isCore(layout, name)) throw new UserError('REFUSED', `${name} is a core plugin, which comes with ${layout.brand}`);
  const paths = storePaths(layout.pluginPath);
  return changingPlugins(layout, logWarn, async () => {
    if (isPinned(paths, name) === pinned) {
      logInfo(`Plugin ${name} is ${pinned ? 'already' : 'not'} pinned`);
    } else {
      setPinned(paths, name, pinned);
      logInfo(`Plugin ${name} ${pinned ? 'pinned' : 'unpinned'}`);
    }
    const source = currentReceipt(paths, name)?.source;
    if (!pinned && source?.kind === 'git' && source.pinned) {
      logWarn(`${name} stands at ${source.committish}, which is a pin as well; \`${layout.brand} plugin:update ${name} BRANCH\` follows a branch`);
    }
    return 0;
  });
}
