import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { statOrNothing } from '../system/links.ts';
import { isPluginName } from './names.ts';

/** Where plugins live, read back from the rendered environment. All paths are absolute. */
export interface Layout {
  readonly brand: string;
  readonly home: string;
  readonly packagePath: string;
  readonly pluginPath: string;
  readonly available: string;
  readonly enabled: string;
  readonly coreAvailable: string;
  readonly coreEnabled: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The layout of the home that a process runs in.
 * @throws UserError when the launcher's environment is missing.
 */
export function readLayout(env: Environment): Layout {
  const need = (name: string): string => {
    const value = env[name];
    if (!value) throw new UserError('variable-not-set', `${name} is not set`, { status: 2, hint: 'run this through tool, which sets it' });
    return value;
  };
  const abi = need('TOOL_ABI');
  const colon = abi.indexOf(':');
  return {
    brand: abi.slice(0, colon),
    home: abi.slice(colon + 1),
    packagePath: need('TOOL_PACKAGE'),
    pluginPath: need('PLUGIN_PATH'),
    available: need('PLUGIN_AVAILABLE_PATH'),
    enabled: need('PLUGIN_ENABLED_PATH'),
    coreAvailable: need('PLUGIN_CORE_AVAILABLE_PATH'),
    coreEnabled: need('PLUGIN_CORE_ENABLED_PATH'),
  };
}

/** The layout around a plugin root alone, for plugn, which may be run without a home. */
export const layoutAround = (pluginPath: string): Layout => ({
  brand: 'tool',
  home: '',
  packagePath: '',
  pluginPath,
  available: join(pluginPath, 'available'),
  enabled: join(pluginPath, 'enabled'),
  coreAvailable: '',
  coreEnabled: '',
});

/**
 * The layout that plugn's commands work in: inside tool with the home's core plugins; outside with those of the home that the plugin
 * root may stand in. `home`, where limits are set, is then the root itself.
 */
export function plugnLayout(env: Environment): Layout {
  const pluginPath = resolve(env.PLUGIN_PATH ?? '');
  const { TOOL_ABI: abi = '', TOOL_PACKAGE: packagePath = '', PLUGIN_CORE_PATH: inherited } = env;
  const colon = abi.indexOf(':');
  const core = (abi && inherited) || join(dirname(pluginPath), 'core-plugins');
  return {
    ...layoutAround(pluginPath),
    ...(abi ? { brand: abi.slice(0, colon), home: abi.slice(colon + 1), packagePath } : { home: pluginPath }),
    coreAvailable: join(core, 'available'),
    coreEnabled: join(core, 'enabled'),
  };
}

/** Names in a folder that are not hidden, in byte order; none where the folder is missing or unreadable. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { encoding: 'buffer' })
      .sort(Buffer.compare)
      .map(String)
      .filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

/** Enabled plugins in byte order, and the names in the folder that no plugin may have. */
export function enabledPlugins(layout: Layout): { names: string[]; refused: string[] } {
  const all = namesIn(layout.enabled);
  return { names: all.filter(isPluginName), refused: all.filter((name) => !isPluginName(name)) };
}

/** Core means that `$PLUGIN_CORE_ENABLED_PATH/NAME` exists (DESIGN "Hot when all hold"). */
export const isCore = (layout: Layout, plugin: string): boolean => existsSync(join(layout.coreEnabled, plugin));

/** A regular file, links followed. */
export function isFile(path: string): boolean {
  return statOrNothing(path)?.isFile() ?? false;
}
