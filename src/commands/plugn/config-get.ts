import { configuredText, configuredValues } from '../../config/render-exports.ts';
import { UserError } from '../../errors.ts';
import { logWarn, printData } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Prints a value of config.toml; of a plugin without a section there it is a failure, as it is in plugn (contract dokku §2.3). */
export async function run({ layout, args: [plugin = '', key = ''] }: PlugnContext): Promise<number> {
  checkName(plugin);
  const { of, has, problem } = configuredValues(layout.pluginPath);
  if (problem) throw new UserError('bad-settings', problem);
  if (!has(plugin))
    throw new UserError('not-configured', `config.toml has nothing of the plugin ${plugin}`, { hint: `set it with \`plugn config set ${plugin} ${key}\`` });
  if (!Object.hasOwn(of(plugin), key)) logWarn(`config.toml has no ${key} for the plugin ${plugin}`);
  printData(configuredText(of(plugin), key));
  return 0;
}
