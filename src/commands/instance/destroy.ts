import { withProviderLock } from '../../providers/definition/provider-folders.ts';
import { removeActionCommands } from '../../providers/instances/action-commands.ts';
import { destroyInstance } from '../../providers/instances/change-instance.ts';
import { readInstance } from '../../providers/instances/instance.ts';
import { providerPaths } from '../../providers/paths.ts';
import { askSupervisor, servingNow } from '../../providers/supervisor/control-client.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { removeTree } from '../../system/remove-tree.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Stops an instance and forgets it; its log stays. */
export async function run({ layout, env, args: [name], options, warn }: CommandContext<'instance:destroy'>): Promise<Outcome> {
  refuseNested(env);
  const paths = providerPaths(layout.home);
  const instance = readInstance(paths, name);
  if (options.dryRun) return { data: { name, changed: false }, lines: () => [`would destroy ${name}`] };
  await withProviderLock(paths, warn, () => {
    destroyInstance(paths, instance);
    removeActionCommands(paths, name);
  });
  if (servingNow(paths) !== undefined) await askSupervisor(paths, layout.brand, 'POST /control/forget', { names: [name] });
  removeTree(paths.scratch(name));
  return { data: { name, changed: true }, lines: () => [{ info: `Instance ${name} destroyed` }] };
}
