import { UserError } from '../../errors.ts';
import { isCore } from '../../home/layout.ts';
import { isEnabled } from '../../plugins/installed.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { removeEnabledLink } from '../../store/switch.ts';
import { logWarn } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Disables a plugin and keeps it (contract dokku §2 `disable`). */
export async function run({ layout, env, args: [name = ''] }: PlugnContext): Promise<number> {
  checkName(name);
  const needEnabled = (): void => {
    if (!isEnabled(layout, name)) throw new UserError('REFUSED', `Plugin (${name}) is not enabled`, { hint: 'see `plugn list`' });
  };
  needEnabled();
  if (isCore(layout, name)) throw new UserError('REFUSED', 'Cannot disable a core plugin');
  refuseNested(env);
  return withStoreMutex(layout, logWarn, async () => {
    needEnabled();
    removeEnabledLink(layout, name);
    return 0;
  });
}
