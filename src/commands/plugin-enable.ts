import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { authorWarnings } from '../plugins/author-warnings.ts';
import { isAvailable, isEnabled } from '../plugins/installed.ts';
import { writeConfigExports } from '../store/config-exports.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { hasGuard, markGuard, placeEnabledLink } from '../store/switch.ts';
import { logInfo, logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/** Enables a plugin that is there (contract dokku §3 `plugin:enable`: texts and their order). */
export async function run({ layout, env, args: [name] }: CommandContext): Promise<number> {
  if (!name) throw new UserError('REFUSED', 'Please specify a plugin to enable');
  refuseNested(env);
  return changingPlugins(layout, logWarn, async () => {
    if (isEnabled(layout, name) && existsSync(join(layout.enabled, name))) throw new UserError('REFUSED', 'Plugin already enabled');
    if (!isAvailable(layout, name)) throw new UserError('REFUSED', 'Plugin does not exist', { hint: `see \`${layout.brand} plugin:list\` for those that do` });
    const directory = join(layout.available, name);
    if (hasGuard(directory)) markGuard(layout, name, true);
    placeEnabledLink(layout, name);
    writeConfigExports(layout.pluginPath, [name]);
    for (const warning of authorWarnings(directory, env.PATH ?? '')) logWarn(warning);
    logInfo(`Plugin ${name} enabled`);
    return 0;
  });
}
