import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isEnabled } from '../plugins/installed.ts';
import { isCore, isFile } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { declarePlugin, editDeclared } from '../store/declared-plugins.ts';
import { refuseWhileNeeded } from '../store/enabling.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { takeAway } from '../store/take-away.ts';
import { somethingAt } from '../system/links.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/**
 * Runs a plugin's own uninstall hook, disabled or not, and takes the plugin away; its tree stays in the store for a
 * rollback (contract dokku §3, §10 "plugin mgmt"). A failing hook keeps the plugin and passes its status on.
 */
export async function run({ layout, env, args: [name], options }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to uninstall');
  refuseNested(env);
  const available = join(layout.available, name);
  const check = (): void => {
    if (!isPluginName(name) || !(somethingAt(available) || isEnabled(layout, name)))
      throw new UserError('REFUSED', `Plugin (${name}) is not currently installed`);
    if (isCore(layout, name)) throw new UserError('REFUSED', 'Cannot uninstall a core plugin');
  };
  check();
  if (options.dryRun) {
    const directory = somethingAt(available) ? available : join(layout.enabled, name);
    print(`${isFile(join(directory, 'uninstall')) ? 'would run its uninstall hook\n' : ''}would remove ${directory}`);
    return 0;
  }
  return changingPlugins(layout, logWarn, async () => {
    check();
    if (env.DOKKU_APPS_FORCE_DELETE !== '1') refuseWhileNeeded(layout, name, 'uninstall');
    if (options.save) editDeclared(layout.home, name, undefined);
    await takeAway(layout, name, env, logWarn);
    if (options.save) declarePlugin(layout.home, name, undefined);
    logInfo(`Plugin ${name} uninstalled`);
    return 0;
  });
}
