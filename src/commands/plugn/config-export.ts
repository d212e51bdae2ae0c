import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configuredValues, declaredKeys, exportLines } from '../../config/render-exports.ts';
import { UserError } from '../../errors.ts';
import { printData } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Prints what a plugin's hooks would be given, for a shell to evaluate (contract dokku §2.3). */
export async function run({ layout, env, args: [plugin = ''] }: PlugnContext): Promise<number> {
  checkName(plugin);
  const directory = [layout.available, layout.enabled].map((folder) => join(folder, plugin)).find((path) => existsSync(path));
  if (!directory) throw new UserError('plugin-not-installed', `Plugin (${plugin}) is not installed`, { hint: 'see `plugn list` for those that are' });
  const { keys, problem: declared } = declaredKeys(directory);
  const { of, problem } = configuredValues(layout.pluginPath);
  if (problem ?? declared) throw new UserError('bad-settings', problem ?? declared ?? '');
  const lines = exportLines(plugin, keys, of(plugin), env);
  if (lines.length > 0) printData(lines.join('\n'));
  return 0;
}
