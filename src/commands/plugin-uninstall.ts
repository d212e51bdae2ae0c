import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isEnabled } from '../plugins/installed.ts';
import { isCore, isFile } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { linkCorePlugins } from '../store/link-core-plugins.ts';
import { markGuard, removePlugin } from '../store/switch.ts';
import { somethingAt } from '../system/links.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import { runHook } from '../triggers/run-hook.ts';
import type { CommandContext } from './command-spec.ts';

/**
 * Runs a plugin's own uninstall hook, disabled or not, and removes the plugin (contract dokku §3, §10 "plugin mgmt").
 * A failing hook keeps the plugin and passes its status on.
 */
export async function run({ layout, env, args: [name], options }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to uninstall');
  const available = join(layout.available, name);
  if (!isPluginName(name) || !(somethingAt(available) || isEnabled(layout, name)))
    throw new UserError('REFUSED', `Plugin (${name}) is not currently installed`);
  if (isCore(layout, name)) throw new UserError('REFUSED', 'Cannot uninstall a core plugin');
  const directory = somethingAt(available) ? available : join(layout.enabled, name);
  if (options.dryRun) {
    print(`${isFile(join(directory, 'uninstall')) ? 'would run its uninstall hook\n' : ''}would remove ${directory}`);
    return 0;
  }
  const { status, skipped } = await runHook(layout, name, 'uninstall', [name], env);
  if (skipped) logWarn(skipped);
  if (status !== 0) {
    throw new UserError('REFUSED', `The uninstall hook of ${name} ended with status ${status}; the plugin stays`, { status });
  }
  removePlugin(layout, name);
  markGuard(layout, name, false);
  // A core plugin that stood aside for this name takes it back.
  linkCorePlugins(layout.packagePath, layout.home);
  logInfo(`Plugin ${name} uninstalled`);
  return 0;
}
