import { UserError } from '../../errors.ts';
import { isCore } from '../../home/layout.ts';
import { storePaths } from '../../home/store-paths.ts';
import { isAvailable } from '../../plugins/installed.ts';
import { followed, isExact } from '../../sources/source.ts';
import { isPinned, setPinned } from '../../store/pins.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { logWarn } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { reportChange, reportPlan } from './report-change.ts';

/** Pins a plugin, or lets it go. */
export async function setPin({ layout, env, args: [name = ''], options }: CommandContext, pinned: boolean): Promise<number> {
  refuseNested(env);
  if (!isAvailable(layout, name))
    throw new UserError('REFUSED', `Plugin (${name}) is not currently installed`, { hint: `see \`${layout.brand} plugin:list\`` });
  if (isCore(layout, name)) throw new UserError('REFUSED', `${name} is a core plugin, which comes with ${layout.brand}`);
  const paths = storePaths(layout.pluginPath);
  return withStoreMutex(layout, logWarn, async () => {
    const changed = isPinned(paths, name) !== pinned;
    if (options.dryRun) return reportPlan(options, name, changed ? [`${pinned ? 'pin' : 'unpin'} ${name}`] : []);
    if (changed) setPinned(paths, name, pinned);
    const source = currentReceipt(paths, name)?.source;
    const held = source !== undefined && isExact(source);
    if (!pinned && held) logWarn(`${name} stays pinned to its ${followed(source)}; \`${layout.brand} plugin:update ${name} BRANCH\` follows a branch`);
    const unchanged = pinned || !held ? `Plugin ${name} is ${pinned ? 'already' : 'not'} pinned` : `Plugin ${name} was not pinned by plugin:pin`;
    return reportChange(options, { name, changed, pinned: pinned || held }, changed ? `Plugin ${name} ${pinned ? 'pinned' : 'unpinned'}` : unchanged);
  });
}
