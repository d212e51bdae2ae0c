import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isCore, isFile, type Layout } from '../../home/layout.ts';
import { isPluginName } from '../../home/names.ts';
import { isEnabled } from '../../plugins/installed.ts';
import { refuseWhileNeeded } from '../../store/enabling.ts';
import { isKept, keptBytes, purge } from '../../store/purge.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { takeAway } from '../../store/take-away.ts';
import { declarePlugin, editDeclared } from '../../sync/declared-plugins.ts';
import { somethingAt } from '../../system/links.ts';
import { logWarn } from '../../terminal/log.ts';
import { sizeText } from '../../terminal/size-text.ts';
import type { CommandContext } from '../command-spec.ts';
import { hookStdout } from './placing-world.ts';
import { reportChange, reportPlan } from './report-change.ts';

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
  if (options.purge === true && isGone && isKept(layout, name)) return purgeKept(layout, name, options);
  check();
  const skipHook = options.skipUninstallTrigger === true;
  if (options.dryRun) {
    const directory = somethingAt(available) ? available : join(layout.enabled, name);
    const hook = isFile(join(directory, 'uninstall')) && !skipHook ? ['run its uninstall hook'] : [];
    return reportPlan(options, name, [...hook, `remove ${directory}`, ...(options.purge ? [`remove what is kept of ${name}`] : [])]);
  }
  return withStoreMutex(layout, logWarn, async () => {
    check();
    if (env.DOKKU_APPS_FORCE_DELETE !== '1') await refuseWhileNeeded(layout, name, 'uninstall');
    if (options.save) editDeclared(layout.home, name, undefined);
    const generation = await takeAway({ layout, env, warn: logWarn, hookStdout: hookStdout(options) }, name, skipHook);
    if (options.save) declarePlugin(layout.home, name, undefined);
    const { brand } = layout;
    // Dokku, which keeps nothing, says no more.
    const keeps = options.purge !== true && brand !== 'dokku' && isKept(layout, name);
    if (options.purge) purge(layout, name);
    const remedy = keeps
      ? `; \`${brand} plugin:rollback ${name}\` brings it back, and \`${brand} plugin:uninstall ${name} --purge\` frees ${sizeText(keptBytes(layout, name))}`
      : '';
    return reportChange(options, { name, changed: true, kept: options.purge ? null : (generation ?? null) }, `Plugin ${name} uninstalled${remedy}`);
  });
}

/** Forgets a plugin that was uninstalled before. */
async function purgeKept(layout: Layout, name: string, options: CommandContext['options']): Promise<number> {
  const bytes = sizeText(keptBytes(layout, name));
  if (options.dryRun) return reportPlan(options, name, [`remove what is kept of ${name} (${bytes})`]);
  return withStoreMutex(layout, logWarn, async () => {
    // Another command may have brought it back meanwhile.
    if (somethingAt(join(layout.available, name))) throw new UserError('REFUSED', `Plugin (${name}) is installed again`);
    purge(layout, name);
    return reportChange(options, { name, changed: true, kept: null }, `What was kept of ${name} is gone (${bytes})`);
  });
}
