import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asksForDokkusSet } from '../config/core-setting.ts';
import { writeConfigExports } from '../config/exports.ts';
import { settingsPath } from '../config/settings.ts';
import { UserError } from '../errors.ts';
import { disableCorePlugin, enableCorePlugin, fitCorePlugin } from '../home/core-links.ts';
import { coreNameOf, isShipped } from '../home/core-names.ts';
import { kindOf } from '../home/core-plugins.ts';
import { type Environment, isCore, type Layout } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { pluginHint } from '../home/not-installed.ts';
import { installedPlugins, isAvailable, isEnabled } from '../plugins/installed.ts';
import { Plugin } from '../plugins/plugin.ts';
import { unaskedGuard } from '../plugins/wasm/linked.ts';
import { lostTarget } from '../system/links.ts';
import { authorAdvice } from './author-advice.ts';
import { checkWords } from './new-name.ts';
import { hasGuard, markHooks, placeEnabledLink, removeEnabledLink } from './switch.ts';
import { tellEnabled } from './tell-change.ts';

/**
 * Whether a plugin can be enabled (contract dokku §3 `plugin:enable`: texts and their order). The caller holds the lock.
 * @throws UserError when it is enabled, is not there, would take a word of a core plugin, or needs a plugin that is not enabled; or a word of
 * tool.toml, and is not forced
 */
export async function refuseEnabling(layout: Layout, name: string, env: Environment): Promise<void> {
  if (isEnabled(layout, name) && existsSync(join(layout.enabled, name))) throw new UserError('plugin-already-enabled', 'Plugin already enabled');
  const lost = isPluginName(name) ? lostTarget(join(layout.available, name)) : undefined;
  if (lost !== undefined) {
    throw new UserError('source-gone', `The plugin ${name} is linked to ${lost}, which is gone`, {
      hint: `restore it, or \`${layout.brand} plugin:uninstall ${name}\``,
    });
  }
  if (!isAvailable(layout, name))
    throw new UserError('plugin-not-installed', 'Plugin does not exist', pluginHint(layout, name, `see \`${layout.brand} plugin:list\` for those that do`));
  const directory = join(layout.available, name);
  (await import('./front-words.ts')).refuseTakenWords(layout, { name, tree: directory }, env);
  if (isShipped(layout, name)) return;
  checkWords(layout, name, directory, `give ${directory} another name`);
  const guard = unaskedGuard(directory);
  if (guard !== undefined) throw new UserError('not-a-plugin', `The plugin ${name} cannot be enabled: ${guard}`);
  const { manifest } = new Plugin(name, directory);
  if (manifest && manifest.dependencies.length > 0) (await import('./requirements.ts')).checkDependencies(layout, name, manifest);
}

/**
 * Enables a plugin that is there. The caller holds the lock.
 * @param tellAuthor is told what the plugin's author would want to know
 * @param asksGuard whether a guard is asked about who enables it
 * @throws UserError as `refuseEnabling` does, or when its guard would lock out who enables it
 */
export async function enablePlugin(
  layout: Layout,
  name: string,
  env: Environment,
  warn: (warning: string) => void,
  { warnAuthor = warn, asksGuard = false }: { readonly warnAuthor?: (warning: string) => void; readonly asksGuard?: boolean | undefined } = {},
): Promise<void> {
  await refuseEnabling(layout, name, env);
  if (isShipped(layout, name)) {
    enableCorePlugin(layout, name);
    writeConfigExports(layout.pluginPath, [name]);
    tellEnabled(layout, name, true);
    return;
  }
  const directory = join(layout.available, name);
  markHooks(layout, name, directory);
  placeEnabledLink(layout, name);
  for (const problem of writeConfigExports(layout.pluginPath, [name]).problems) warn(problem);
  if (asksGuard && hasGuard(directory)) await askGuard(layout, name, env);
  tellEnabled(layout, name, true);
  for (const warning of await authorAdvice(layout, name, directory, env)) warnAuthor(warning);
}

/** A guard is asked where it stands, which is how it will be asked from then on, and taken back when it denies. */
async function askGuard(layout: Layout, name: string, env: Environment): Promise<void> {
  try {
    await (await import('./refuse-lockout.ts')).refuseLockout(layout, name, 'stays disabled', env);
  } catch (error) {
    removeEnabledLink(layout, name);
    writeConfigExports(layout.pluginPath, [name]);
    throw error;
  }
}

/**
 * Whether a plugin can be disabled (contract dokku §3 `plugin:disable`; unknown names are told apart from disabled ones). The caller holds the lock.
 * @throws UserError when it is not there, core, disabled, or needed by a plugin that is enabled
 */
export async function refuseDisabling(layout: Layout, name: string): Promise<void> {
  if (!isPluginName(name) || !(isAvailable(layout, name) || isEnabled(layout, name)))
    throw new UserError('plugin-not-installed', 'Plugin does not exist', pluginHint(layout, name));
  refuseDisablingCore(layout, name);
  if (!isEnabled(layout, name)) throw new UserError('plugin-already-disabled', 'Plugin already disabled');
  await refuseWhileNeeded(layout, name, 'disable');
}

/**
 * What tool is made of stays enabled, and so does Dokku's set where the brand or a setting is what enables it.
 * @throws UserError with the reason
 */
export function refuseDisablingCore(layout: Layout, name: string): void {
  if (!isCore(layout, name)) return;
  const core = coreNameOf(layout, name) ?? name;
  const kind = kindOf(layout, core);
  if (kind === 'always') throw new UserError('core-plugin', 'Cannot disable a core plugin');
  if (kind === 'family') return;
  if (layout.brand === 'dokku')
    throw new UserError('core-plugin', 'Cannot disable a core plugin', { hint: "under the brand dokku those of Dokku's set are enabled" });
  if (asksForDokkusSet(layout.home)) {
    throw new UserError('core-plugin', `The plugin ${name} is enabled by dokku = true under [core] in ${settingsPath(layout.home)}`, {
      hint: 'take that line out, and what was not enabled by name is disabled',
    });
  }
}

/**
 * Disables a plugin and keeps it. The caller holds the lock.
 * @throws UserError as `refuseDisabling` does
 */
export async function disablePlugin(layout: Layout, name: string): Promise<void> {
  fitCorePlugin(layout, name);
  await refuseDisabling(layout, name);
  unlink(layout, name);
  // Of a plugin that is not enabled it takes the file away.
  writeConfigExports(layout.pluginPath, [name]);
  tellEnabled(layout, name, false);
}

/** Takes the links away by which a plugin is enabled, and nothing else. */
export function unlink(layout: Layout, name: string): void {
  if (isShipped(layout, name)) disableCorePlugin(layout, name);
  else removeEnabledLink(layout, name);
}

/** @throws UserError when an enabled plugin needs this one */
export async function refuseWhileNeeded(layout: Layout, name: string, command: 'disable' | 'uninstall'): Promise<void> {
  const dependents = await dependentsOf(layout, name);
  if (dependents.length === 0) return;
  throw new UserError('plugin-in-use', `Plugin ${name} is needed by ${dependents.join(', ')}`, {
    hint: `${command} ${dependents.length > 1 ? 'those' : 'that'} first`,
  });
}

/** The enabled plugins that need a plugin. */
export async function dependentsOf(layout: Layout, name: string): Promise<string[]> {
  const namings = installedPlugins(layout)
    .plugins.filter((plugin) => plugin.enabled && plugin.name !== name)
    .flatMap((plugin) => plugin.dependencies.map((need) => ({ dependent: plugin.name, need })))
    .filter(({ need }) => need.name === name);
  if (namings.length === 0) return [];
  const { isNeed } = await import('./requirements.ts');
  return namings.filter(({ need }) => isNeed(need)).map(({ dependent }) => dependent);
}
