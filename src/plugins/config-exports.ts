import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, isUserError } from '../errors.ts';
import { shellQuote } from '../system/shell-quote.ts';
import { parseToml } from './toml.ts';

type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `log-level` of plugin `my-plugin` as the parts of variable names: upper case, what no name may hold as `_`. */
const shouted = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');

/**
 * A plugin's configuration as POSIX sh that exports it (contract dokku §2.3): `CONFIG_<KEY>` for every key declared in
 * `[plugin.config]`; its value is `<PLUGIN>_<KEY>` of the environment if set, else config.toml's, else empty.
 * @returns empty text for a plugin that declares nothing
 */
export function renderConfigExports(plugin: string, declared: readonly string[], values: Table): string {
  const names = declared.map((key) => `CONFIG_${shouted(key)}`);
  if (names.length === 0) return '';
  const lines = declared.map((key, index) => {
    const override = `${shouted(plugin)}_${shouted(key)}`;
    const value = isTable(values[key]) || values[key] === undefined ? '' : String(values[key]);
    // A name that begins with a digit is no variable, so it cannot be overridden.
    return /^[0-9]/.test(override)
      ? `${names[index]}=${shellQuote(value)}`
      : `${names[index]}=${shellQuote(value)}; case \${${override}+x} in x) ${names[index]}=$${override} ;; esac`;
  });
  return [...lines, `PLUGN_EXPORTED='${names.join(' ')}'`, `export PLUGN_EXPORTED ${names.join(' ')}`, ''].join('\n');
}

/** The keys that a plugin.toml declares, or why they cannot be known: a broken file exports nothing, and the hook still runs. */
export function declaredKeys(directory: string): { readonly keys: readonly string[]; readonly problem?: string } {
  const { table, problem } = readTable(join(directory, 'plugin.toml'));
  const config = isTable(table.plugin) ? table.plugin.config : undefined;
  return { keys: isTable(config) ? Object.keys(config) : [], ...(problem ? { problem } : {}) };
}

/** The `[plugin]` sections of config.toml; empty with the reason when it cannot be read. */
export function configuredValues(pluginPath: string): { readonly of: (plugin: string) => Table; readonly problem?: string } {
  const { table, problem } = readTable(join(pluginPath, 'config.toml'));
  return { of: (plugin) => (isTable(table[plugin]) ? table[plugin] : {}), ...(problem ? { problem } : {}) };
}

function readTable(file: string): { table: Table; problem?: string } {
  try {
    return { table: parseToml(readFileSync(file, 'utf8'), file) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { table: {} };
    return { table: {}, problem: isUserError(error) ? `${error.message}; ${error.hint}` : `${file} cannot be read (${errnoOf(error)})` };
  }
}
