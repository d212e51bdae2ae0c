import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isAvailable } from '../../plugins/installed.ts';
import { enablePlugin } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { logWarn } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Enables a plugin; one that is enabled already stays so (contract dokku §2 `enable`). */
export async function run({ layout, env, args: [name = ''] }: PlugnContext): Promise<number> {
  checkName(name);
  const isEnabled = (): boolean => existsSync(join(layout.enabled, name));
  const needAvailable = (): void => {
    if (!isAvailable(layout, name))
      throw new UserError('plugin-not-installed', `Plugin (${name}) is not installed`, { hint: 'see `plugn list` for those that are' });
  };
  if (isEnabled()) return 0;
  needAvailable();
  refuseNested(env);
  return withStoreMutex(layout, logWarn, async () => {
    if (isEnabled()) return 0;
    needAvailable();
    await enablePlugin(layout, name, env, logWarn, { warnAuthor: () => {} });
    return 0;
  });
}
