import { existsSync } from 'node:fs';
import { setConfig } from '../../config/set-config.ts';
import { UserError } from '../../errors.ts';
import { logWarn } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Sets a value in config.toml and leaves the rest of the file as it is (contract dokku §2.3). */
export async function run({ layout, args: [plugin = '', key = '', value = ''] }: PlugnContext): Promise<number> {
  checkName(plugin);
  if (!existsSync(layout.pluginPath)) throw new UserError('no-plugin-path', `${layout.pluginPath} is not there`, { hint: 'make it with `plugn init`' });
  for (const problem of await setConfig(layout.pluginPath, [[plugin, key, value]], logWarn)) logWarn(problem);
  return 0;
}
