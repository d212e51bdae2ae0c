import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isShipped, isUsers } from '../../home/core-names.ts';
import { isFile } from '../../home/layout.ts';
import { isPluginName } from '../../home/names.ts';
import { pluginHint } from '../../home/not-installed.ts';
import { isTaken } from '../../plugins/installed.ts';
import { refuseWhileNeeded } from '../../store/enabling.ts';
import { isKept, keptBytes, purge } from '../../store/purge.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { takeAway } from '../../store/take-away.ts';
import { declarePlugin, editDeclared } from '../../sync/declared-plugins.ts';
import { sizeText } from '../../system/size-text.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changed, planned } from './change-outcome.ts';

type Context = CommandContext<'plugin:uninstall'>;

/**
 * Runs a plugin's own uninstall hook, disabled or not, and takes the plugin away; its tree stays in the store for a
 * rollback (contract dokku §3, §10.4). A failing hook keeps the plugin and passes its status on.
 */
export async function run(context: Context): Promise<Outcome> {
  const {
    layout,
    env,
    args: [name],
    options,
    warn,
    hookStdout,
  } = context;
  if (!name) throw new UserError('missing-argument', 'Please specify a plugin to uninstall', { status: 1 });
  refuseNested(env);
  const isThere = (): boolean => isTaken(layout, name);
  const check = (): void => {
    if (!isPluginName(name) || !(isThere() || isShipped(layout, name)))
      throw new UserError('plugin-not-installed', `Plugin (${name}) is not currently installed`, pluginHint(layout, name));
    if (isShipped(layout, name)) throw new UserError('core-plugin', 'Cannot uninstall a core plugin');
  };
  const isGone = isPluginName(name) && !isThere();
  if (options.purge === true && isGone && isKept(layout, name)) return purgeKept(context, name);
  check();
  const skipHook = options.skipUninstallTrigger === true;
  if (options.dryRun) {
    const directory = join(isUsers(layout, name) ? layout.available : layout.enabled, name);
    const hook = isFile(join(directory, 'uninstall')) && !skipHook ? ['run its uninstall hook'] : [];
    return planned(name, [...hook, `remove ${directory}`, ...(options.purge ? [`remove what is kept of ${name}`] : [])]);
  }
  return withStoreMutex(layout, warn, async () => {
    check();
    if (env.DOKKU_APPS_FORCE_DELETE !== '1') await refuseWhileNeeded(layout, name, 'uninstall');
    if (options.save) editDeclared(layout.home, name, undefined);
    const generation = await takeAway({ layout, env, warn, hookStdout }, name, skipHook);
    if (options.save) declarePlugin(layout.home, name, undefined);
    const { brand } = layout;
    // Dokku, which keeps nothing, says no more.
    const keeps = options.purge !== true && brand !== 'dokku' && isKept(layout, name);
    if (options.purge) purge(layout, name);
    const remedy = keeps
      ? `; \`${brand} plugin:rollback ${name}\` brings it back, and \`${brand} plugin:uninstall ${name} --purge\` frees ${sizeText(keptBytes(layout, name))}`
      : '';
    return changed({ name, changed: true, kept: options.purge ? null : (generation ?? null) }, `Plugin ${name} uninstalled${remedy}`);
  });
}

/** Forgets a plugin that was uninstalled before. */
async function purgeKept({ layout, options, warn }: Context, name: string): Promise<Outcome> {
  const bytes = sizeText(keptBytes(layout, name));
  if (options.dryRun) return planned(name, [`remove what is kept of ${name} (${bytes})`]);
  return withStoreMutex(layout, warn, async () => {
    // Another command may have brought it back meanwhile.
    if (isUsers(layout, name)) throw new UserError('changed-meanwhile', `Plugin (${name}) is installed again`);
    purge(layout, name);
    return changed({ name, changed: true, kept: null }, `What was kept of ${name} is gone (${bytes})`);
  });
}
