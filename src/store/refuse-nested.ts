import { UserError } from '../errors.ts';
import type { Environment } from '../home/layout.ts';

/** The name under which a hook's own commands learn that a change is under way around them. */
export const TRANSACTION = 'TOOL_TRANSACTION';

/** @throws UserError inside a hook of another change */
export function refuseNested(env: Environment): void {
  const plugin = env[TRANSACTION];
  if (plugin)
    throw new UserError('change-in-progress', `Plugins cannot be changed from a hook of ${plugin} while it is being changed`, {
      hint: 'do it when the change is over',
    });
}
