import { UserError } from '../../errors.ts';
import { isShipped } from '../../home/core-names.ts';
import { notInstalled } from '../../home/not-installed.ts';
import { storePaths } from '../../home/store-paths.ts';
import { isAvailable } from '../../plugins/installed.ts';
import { followed, howToFollow, isExact } from '../../sources/source.ts';
import { isPinned, setPinned } from '../../store/pins.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changed, planned } from './change-outcome.ts';

/** Pins a plugin, or lets it go. */
export async function setPin(
  { layout, env, args: [name], options, warn }: CommandContext<'plugin:pin'> | CommandContext<'plugin:unpin'>,
  pinned: boolean,
): Promise<Outcome> {
  refuseNested(env);
  if (!isAvailable(layout, name)) throw notInstalled(layout, name);
  if (isShipped(layout, name)) throw new UserError('core-plugin', `${name} is a core plugin, which comes with ${layout.brand}`);
  const paths = storePaths(layout.pluginPath);
  return withStoreMutex(layout, warn, async () => {
    const changes = isPinned(paths, name) !== pinned;
    if (options.dryRun) return planned(name, changes ? [`${pinned ? 'pin' : 'unpin'} ${name}`] : []);
    if (changes) setPinned(paths, name, pinned);
    const source = currentReceipt(paths, name)?.source;
    const held = source !== undefined && isExact(source);
    if (!pinned && held) warn(`${name} stays pinned to its ${followed(source)}; ${howToFollow(source, `${layout.brand} plugin:update`, name)}`);
    const unchanged = pinned || !held ? `Plugin ${name} is ${pinned ? 'already' : 'not'} pinned` : `Plugin ${name} was not pinned by plugin:pin`;
    return changed({ name, changed: changes, pinned: pinned || held }, changes ? `Plugin ${name} ${pinned ? 'pinned' : 'unpinned'}` : unchanged);
  });
}
