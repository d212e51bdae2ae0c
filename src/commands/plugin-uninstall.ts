import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isEnabled } from '../plugins/installed.ts';
import { isCore, isFile, type Layout } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { declarePlugin, editDeclared } from '../store/declared-plugins.ts';
import { refuseWhileNeeded } from '../store/enabling.ts';
import { isKept, keptBytes, purge } from '../store/purge.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { takeAway } from '../store/take-away.ts';
import { somethingAt } from '../system/links.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import { sizeText } from '../terminal/size-text.ts';
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
  const isGone = isPluginName(name) && !somethingAt(available) && !isEnabled(layout, name);
  if (options.purge === true && isGone && isKept(layout, name)) return purgeKept(layout, name, options.dryRun === true);
  check();
  if (options.dryRun) {
    const directory = somethingAt(available) ? available : join(layout.enabled, name);
    print(`${isFile(join(directory, 'uninstall')) ? 'would run its uninstall hook\n' : ''}would remove ${directory}`);
    if (options.purge) print(`would remove what is kept of ${name}`);
    return 0;
  }
  return changingPlugins(layout, logWarn, async () => {
    check();
    if (env.DOKKU_APPS_FORCE_DELETE !== '1') refuseWhileNeeded(layout, name, 'uninstall');
    if (options.save) editDeclared(layout.home, name, undefined);
    await takeAway(layout, name, env, logWarn);
    if (options.save) declarePlugin(layout.home, name, undefined);
    const { brand } = layout;
    // Dokku, which keeps nothing, says no more.
    const keeps = options.purge !== true && brand !== 'dokku' && isKept(layout, name);
    if (options.purge) purge(layout, name);
    const remedy = keeps
      ? `; \`${brand} plugin:rollback ${name}\` brings it back, and \`${brand} plugin:uninstall ${name} --purge\` frees ${sizeText(keptBytes(layout, name))}`
      : '';
    logInfo(`Plugin ${name} uninstalled${remedy}`);
    return 0;
  });
}

/** Forgets a plugin that was uninstalled before. */
async function purgeKept(layout: Layout, name: string, dryRun: boolean): Promise<number> {
  const bytes = sizeText(keptBytes(layout, name));
  if (dryRun) {
    print(`would remove what is kept of ${name} (${bytes})`);
    return 0;
  }
  return changingPlugins(layout, logWarn, async () => {
    // Another command may have brought it back meanwhile.
    if (somethingAt(join(layout.available, name))) throw new UserError('REFUSED', `Plugin (${name}) is installed again`);
    purge(layout, name);
    logInfo(`What was kept of ${name} is gone (${bytes})`);
    return 0;
  });
}
