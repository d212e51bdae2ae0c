import { join } from 'node:path';
import { type Environment, isFile, type Layout } from '../plugins/layout.ts';
import { carryOut } from './change.ts';
import { linkCorePlugins } from './link-core-plugins.ts';
import { planUninstall } from './plan-change.ts';
import { removeEnabledLink } from './switch.ts';

/**
 * Runs a plugin's own uninstall hook, enabled or not, and takes the plugin away; its tree stays in the store. The caller holds the lock.
 * @throws UserError with the hook's status; the plugin then stays
 */
export async function takeAway(layout: Layout, name: string, env: Environment, say: (warning: string) => void): Promise<void> {
  const change = planUninstall(layout, name);
  // A link to nothing is all there is of its plugin.
  if (!change.from) removeEnabledLink(layout, name);
  const hooks = isFile(join(change.adopt ? layout.enabled : layout.available, name, 'uninstall')) ? [{ hook: 'uninstall', argv: [name] }] : [];
  await carryOut(layout, change, { hooks, say }, env);
  // A core plugin that stood aside for this name takes it back.
  linkCorePlugins(layout.packagePath, layout.home);
}
