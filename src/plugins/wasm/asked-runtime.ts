import { join } from 'node:path';
import { parseToml } from '../../config/toml.ts';
import { readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';
import { type AskedRuntime, readRuntimeTable } from './runtime-table.ts';

/** What a plugin.toml asks for its modules, or in words what is wrong with that. A manifest that cannot be read is told of elsewhere. @param tree the plugin's */
export function askedRuntime(
  tree: string,
): { readonly asked: AskedRuntime; readonly problem?: undefined } | { readonly asked?: undefined; readonly problem: string } {
  return readRuntimeTable(tableOf(tree));
}

function tableOf(tree: string): unknown {
  const file = join(tree, 'plugin.toml');
  try {
    const { plugin } = parseToml(readSmallFile(file, SETTINGS_BYTES), file) as { plugin?: { runtime?: unknown } };
    return plugin?.runtime;
  } catch {
    return undefined;
  }
}
