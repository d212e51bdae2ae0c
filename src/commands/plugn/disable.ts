import { UserError } from '../../errors.ts';
import { isEnabled } from '../../plugins/installed.ts';
import { refuseDisablingCore, unlink } from '../../store/enabling.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { tellEnabled } from '../../store/tell-change.ts';
import { logWarn } from '../../terminal/log.ts';
import type { PlugnContext } from './command.ts';
import { checkName } from './name.ts';

/** Disables a plugin and keeps it (contract dokku §2 `disable`). */
export async function run({ layout, env, args: [name = ''] }: PlugnContext): Promise<number> {
  checkName(name);
  const needEnabled = (): void => {
    if (!isEnabled(layout, name)) throw new UserError('plugin-not-enabled', `Plugin (${name}) is not enabled`, { hint: 'see `plugn list`' });
  };
  needEnabled();
  refuseDisablingCore(layout, name);
  refuseNested(env);
  return withStoreMutex(layout, logWarn, async () => {
    needEnabled();
    unlink(layout, name);
    tellEnabled(layout, name, false);
    return 0;
  });
}
