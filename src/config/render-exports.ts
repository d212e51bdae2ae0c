import { join } from 'node:path';
import { errnoOf, errorLine, isUserError } from '../errors.ts';
import type { Environment } from '../home/layout.ts';
import { shellQuote } from '../system/shell-quote.ts';
import { readSmallFile, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';
import { isTable, parseToml } from './toml.ts';

type Table = Record<string, unknown>;

/** `log-level` of plugin `my-plugin` as the parts of variable names: upper case, what no name may hold as `_`. */
const upperSnakeCase = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');

/**
 * A plugin's configuration as POSIX sh that exports it (contract dokku §2.3): `CONFIG_<KEY>` for every key declared in
 * `[plugin.config]`; its value is `<PLUGIN>_<KEY>` of the environment if set, else config.toml's, else empty.
 * @returns empty text for a plugin that declares nothing
 */
export function renderConfigExports(plugin: string, declared: readonly string[], values: Table): string {
  const names = declared.map((key) => `CONFIG_${upperSnakeCase(key)}`);
  if (names.length === 0) return '';
  const lines = declared.map((key, index) => {
    const override = overrideOf(plugin, key);
    const value = shellQuote(configuredText(values, key));
    return override === undefined ? `${names[index]}=${value}` : `${names[index]}=${value}; case \${${override}+x} in x) ${names[index]}=$${override} ;; esac`;
  });
  return [...lines, `PLUGN_EXPORTED='${names.join(' ')}'`, `export PLUGN_EXPORTED ${names.join(' ')}`, ''].join('\n');
}

/** What a plugin's hooks would be given now, as lines that a shell may evaluate (contract dokku §2.3 `config export`). */
export const exportLines = (plugin: string, declared: readonly string[], values: Table, env: Environment): string[] =>
  declared.map((key) => `export CONFIG_${upperSnakeCase(key)}=${shellQuote(env[overrideOf(plugin, key) ?? ''] ?? configuredText(values, key))}`);

/** The variable whose value wins over config.toml's; a name that begins with a digit is none. */
function overrideOf(plugin: string, key: string): string | undefined {
  const name = `${upperSnakeCase(plugin)}_${upperSnakeCase(key)}`;
  return /^[0-9]/.test(name) ? undefined : name;
}

/** A value of config.toml as hooks see it: text, empty where there is none. */
export const configuredText = (values: Table, key: string): string => (!Object.hasOwn(values, key) || isTable(values[key]) ? '' : String(values[key]));

/** More than a shell and the kernel would carry from one process to the next. */
const MOST_KEYS = 1000;

/** The keys that a plugin.toml declares, or why they cannot be known: a broken file exports nothing, and the hook still runs. */
export function declaredKeys(directory: string): { readonly keys: readonly string[]; readonly problem?: string } {
  const { table, problem } = readTable(join(directory, 'plugin.toml'));
  const config = isTable(table.plugin) ? table.plugin.config : undefined;
  const keys = isTable(config) ? Object.keys(config) : [];
  if (keys.length > MOST_KEYS)
    return { keys: [], problem: `${directory}/plugin.toml declares more than ${MOST_KEYS} keys in [plugin.config]; none is exported` };
  return { keys, ...(problem ? { problem } : {}) };
}

/** The `[plugin]` sections of config.toml; empty with the reason when it cannot be read. */
export function configuredValues(pluginPath: string): {
  readonly of: (plugin: string) => Table;
  readonly has: (plugin: string) => boolean;
  readonly problem?: string;
} {
  const { table, problem } = readTable(join(pluginPath, 'config.toml'));
  const of = (plugin: string): Table | undefined => (Object.hasOwn(table, plugin) && isTable(table[plugin]) ? table[plugin] : undefined);
  return { of: (plugin) => of(plugin) ?? {}, has: (plugin) => of(plugin) !== undefined, ...(problem ? { problem } : {}) };
}

function readTable(file: string): { table: Table; problem?: string } {
  try {
    return { table: parseToml(readSmallFile(file, SETTINGS_BYTES), file) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { table: {} };
    return { table: {}, problem: isUserError(error) && error.hint ? errorLine(error) : `${file} ${whyUnread(error)}` };
  }
}
