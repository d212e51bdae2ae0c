import { readInstance } from '../../providers/instances/instance.ts';
import { shownInstances } from '../../providers/instances/statuses.ts';
import { shownParams } from '../../providers/params/param.ts';
import { providerPaths } from '../../providers/paths.ts';
import { Inventory } from '../../providers/supervisor/inventory.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Shows an instance and its parameters; secrets are hidden. */
export async function run({ layout, args: [name] }: CommandContext<'instance:show'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  const instance = readInstance(paths, name);
  const [shown] = await shownInstances(paths, layout.brand, [name]);
  const params = shownParams(instance.params, new Inventory(paths).known(instance.provider));
  const { state, pid, errors, restarts } = shown?.status ?? { state: 'stopped', pid: null, errors: [], restarts: 0 };
  const { format: _, ...rest } = instance;
  const data = { ...rest, params, state, pid, restarts, errors };
  return {
    data,
    lines: () => [
      ...columns([
        ['name', name],
        ['provider', instance.provider],
        ['description', instance.description || '-'],
        ['created', instance.createdAt],
        ['wanted', instance.wanted ? 'to run' : 'stopped'],
        ['state', state],
        ['process', pid === null ? '-' : String(pid)],
        ['errors', errors.join('; ') || '-'],
        ['environment', instance.environment.join(', ') || '-'],
      ]),
      ...(Object.keys(params).length === 0 ? [] : ['', 'Parameters:']),
      ...columns(
        Object.entries(params).map(([param, value]) => [param, JSON.stringify(value)]),
        '  ',
      ),
    ],
  };
}
