import { join } from 'node:path';
import { fitCorePlugin } from '../home/core-links.ts';
import { isFile } from '../home/layout.ts';
import type { PlacingWorld } from './place-plugin.ts';
import { planUninstall } from './plan-change.ts';
import { removeEnabledLink } from './switch.ts';
import { carryOut } from './transaction.ts';

/**
 * Runs a plugin's own uninstall hook, enabled or not, and takes the plugin away; its tree stays in the store. The caller holds the lock.
 * @param skipHook whether the hook is left out
 * @returns the generation that can be brought back; undefined where there was nothing but a dangling link
 * @throws UserError with the hook's status; the plugin then stays
 */
export async function takeAway(
  { layout, env, warn, hookStdout }: Pick<PlacingWorld, 'layout' | 'env' | 'warn' | 'hookStdout'>,
  name: string,
  skipHook: boolean,
): Promise<number | undefined> {
  fitCorePlugin(layout, name);
  const change = planUninstall(layout, name);
  // A link to nothing is all there is of its plugin.
  if (!change.from) removeEnabledLink(layout, name);
  const hasHook = isFile(join(change.adopt ? layout.enabled : layout.available, name, 'uninstall'));
  await carryOut(layout, change, { hooks: hasHook && !skipHook ? [{ hook: 'uninstall', argv: [name] }] : [], warn, hookStdout }, env);
  return change.from?.generation;
}
