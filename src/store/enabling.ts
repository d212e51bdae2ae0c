import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { authorWarnings } from '../plugins/author-warnings.ts';
import { installedPlugins, isAvailable, isEnabled } from '../plugins/installed.ts';
import { type Environment, isCore, type Layout } from '../plugins/layout.ts';
import { readManifest } from '../plugins/manifest.ts';
import { isPluginName } from '../plugins/names.ts';
import { lostTarget } from '../system/links.ts';
import { writeConfigExports } from './config-exports.ts';
import { checkWords } from './new-name.ts';
import { hasGuard, markGuard, placeEnabledLink, removeEnabledLink } from './switch.ts';

/**
 * Enables a plugin that is there (contract dokku §3 `plugin:enable`: texts and their order). The caller holds the lock.
 * @param tellAuthor is told what the plugin's author would want to know
 * @throws UserError REFUSED when it is enabled, is not there, would take a word of a core plugin, or needs a plugin that is not enabled
 */
export async function enablePlugin(layout: Layout, name: string, env: Environment, say: (warning: string) => void, tellAuthor = say): Promise<void> {
  if (isEnabled(layout, name) && existsSync(join(layout.enabled, name))) throw new UserError('REFUSED', 'Plugin already enabled');
  const lost = isPluginName(name) ? lostTarget(join(layout.available, name)) : undefined;
  if (lost !== undefined) {
    throw new UserError('REFUSED', `The plugin ${name} is linked to ${lost}, which is gone`, {
      hint: `bring that back, or \`${layout.brand} plugin:uninstall ${name}\``,
    });
  }
  if (!isAvailable(layout, name)) throw new UserError('REFUSED', 'Plugin does not exist', { hint: `see \`${layout.brand} plugin:list\` for those that do` });
  const directory = join(layout.available, name);
  checkWords(layout, name, directory, `give ${directory} another name`);
  const { manifest } = readManifest(directory);
  if (manifest && manifest.dependencies.length > 0) (await import('./requirements.ts')).checkDependencies(layout, name, manifest);
  if (hasGuard(directory)) markGuard(layout, name, true);
  placeEnabledLink(layout, name);
  for (const problem of writeConfigExports(layout.pluginPath, [name]).problems) say(problem);
  for (const warning of authorWarnings(directory, env.PATH ?? '')) tellAuthor(warning);
}

/**
 * Disables a plugin and keeps it (contract dokku §3 `plugin:disable`; unknown names are told apart from disabled ones). The caller holds the lock.
 * @throws UserError REFUSED when it is not there, core, disabled, or needed by a plugin that is enabled
 */
export function disablePlugin(layout: Layout, name: string): void {
  if (!isPluginName(name) || !(isAvailable(layout, name) || isEnabled(layout, name))) throw new UserError('REFUSED', 'Plugin does not exist');
  if (isCore(layout, name)) throw new UserError('REFUSED', 'Cannot disable a core plugin');
  if (!isEnabled(layout, name)) throw new UserError('REFUSED', 'Plugin already disabled');
  refuseWhileNeeded(layout, name, 'disable');
  removeEnabledLink(layout, name);
}

/** @throws UserError REFUSED when an enabled plugin needs this one */
export function refuseWhileNeeded(layout: Layout, name: string, command: 'disable' | 'uninstall'): void {
  const dependents = dependentsOf(layout, name);
  if (dependents.length === 0) return;
  throw new UserError('REFUSED', `Plugin ${name} is needed by ${dependents.join(', ')}`, {
    hint: `${command} ${dependents.length > 1 ? 'those' : 'that'} first`,
  });
}

/** The enabled plugins that need a plugin. */
export function dependentsOf(layout: Layout, name: string): string[] {
  return installedPlugins(layout)
    .plugins.filter((plugin) => plugin.enabled && plugin.name !== name)
    .filter(({ directory }) => readManifest(directory).manifest?.dependencies.some((dependency) => dependency.name === name))
    .map((plugin) => plugin.name);
}
