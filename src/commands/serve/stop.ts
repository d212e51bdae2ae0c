import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { providerPaths } from '../../providers/paths.ts';
import { askSupervisor, servingNow } from '../../providers/supervisor/control-client.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { isAlive } from '../../system/processes.ts';
import type { CommandContext, Outcome } from '../command.ts';

const LOOKED_AT_EVERY_MS = 20;

/** Stops all instances and the supervisor, and waits until it is gone. */
export async function run({ layout, env }: CommandContext<'serve:stop'>): Promise<Outcome> {
  refuseNested(env);
  const paths = providerPaths(layout.home);
  const serving = servingNow(paths);
  if (serving === undefined) throw new UserError('not-serving', 'The supervisor does not run', { hint: `start it with \`${layout.brand} serve\`` });
  await askSupervisor(paths, layout.brand, 'POST /control/shut-down', {});
  while (isAlive(serving.process)) await wait(LOOKED_AT_EVERY_MS);
  return { data: { pid: serving.process.pid }, lines: () => [{ info: 'The supervisor has ended, and its instances with it' }] };
}
