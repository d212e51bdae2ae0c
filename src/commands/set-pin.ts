import { UserError } from '../errors.ts';
import { isAvailable } from '../plugins/installed.ts';
import { isCore } from '../plugins/layout.ts';
import { followed, isHeld } from '../sources/followed.ts';
import { isPinned, setPinned } from '../store/pins.ts';
import { currentReceipt } from '../store/receipts.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { storePaths } from '../store/store-paths.ts';
import { logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { tellDone, tellPlan } from './tell-change.ts';

/** Pins a plugin, or lets it go. */
export async function setPin({ layout, env, args: [name = ''], options }: CommandContext, pinned: boolean): Promise<number> {
  refuseNested(env);
  if (!isAvailable(layout, name))
    throw new UserError('REFUSED', `Plugin (${name}) is not currently installed`, { hint: `see \`${layout.brand} plugin:list\`` });
  if (isCore(layout, name)) throw new UserError('REFUSED', `${name} is a core plugin, which comes with ${layout.brand}`);
  const paths = storePaths(layout.pluginPath);
  return changingPlugins(layout, logWarn, async () => {
    const changed = isPinned(paths, name) !== pinned;
    if (options.dryRun) return tellPlan(options, name, changed ? [`${pinned ? 'pin' : 'unpin'} ${name}`] : []);
    if (changed) setPinned(paths, name, pinned);
    const source = currentReceipt(paths, name)?.source;
    const held = source !== undefined && isHeld(source);
    if (!pinned && held) logWarn(`${name} stays pinned to its ${followed(source)}; \`${layout.brand} plugin:update ${name} BRANCH\` follows a branch`);
    const unchanged = pinned || !held ? `Plugin ${name} is ${pinned ? 'already' : 'not'} pinned` : `Plugin ${name} was not pinned by plugin:pin`;
    return tellDone(options, { name, changed, pinned: pinned || held }, changed ? `Plugin ${name} ${pinned ? 'pinned' : 'unpinned'}` : unchanged);
  });
}
