import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { type Environment, enabledPlugins, type Layout } from '../home/layout.ts';
import { getterPath, POST_RENDERER } from '../plugins/helm/file-names.ts';
import { isScheme } from '../plugins/helm/names.ts';
import { Plugin } from '../plugins/plugin.ts';
import { childEnvironment } from '../system/child.ts';

/** An executable of a plugin that somebody else than its user starts. */
export interface HelmProgram {
  /** The name of the plugin. */
  readonly plugin: string;
  readonly file: string;
}

/**
 * The getter for a scheme: that of the first enabled plugin, in byte order, that has one (contract helm §3.6).
 * @returns undefined where none has
 */
export function getterFor(layout: Layout, scheme: string): HelmProgram | undefined {
  if (!isScheme(scheme)) return undefined;
  return firstWith(layout, getterPath(scheme));
}

/**
 * A post-renderer, by the name of its plugin, here or in Helm.
 * @throws UserError where no enabled plugin of that name is one
 */
export function postRenderer(layout: Layout, name: string): HelmProgram {
  const { names } = enabledPlugins(layout);
  const plugin = names.find((one) => one === name) ?? names.find((one) => new Plugin(one, join(layout.enabled, one)).manifest?.helm?.name === name);
  const file = plugin === undefined ? undefined : join(layout.enabled, plugin, POST_RENDERER);
  if (plugin !== undefined && file !== undefined && existsSync(file)) return { plugin, file };
  throw new UserError('plugin-not-installed', `plugin: {Name:${name} Type:postrenderer/v1} not found`, {
    hint: plugin === undefined ? `see \`${layout.brand} plugin:list\`` : `the plugin ${plugin} is none`,
  });
}

function firstWith(layout: Layout, path: string): HelmProgram | undefined {
  const plugin = enabledPlugins(layout).names.find((name) => existsSync(join(layout.enabled, name, path)));
  return plugin === undefined ? undefined : { plugin, file: join(layout.enabled, plugin, path) };
}

/** What a getter is told of who may fetch; the values that a caller has set stay. */
export const getterEnvironment = (env: Environment, username: string | undefined): Record<string, string | undefined> => ({
  HELM_PLUGIN_PASSWORD: '',
  HELM_PLUGIN_PASS_CREDENTIALS_ALL: 'false',
  ...childEnvironment(env),
  HELM_PLUGIN_USERNAME: username ?? env.HELM_PLUGIN_USERNAME ?? '',
});
