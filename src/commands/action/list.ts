import { UserError } from '../../errors.ts';
import { listActions } from '../../providers/actions/actions.ts';
import { isObjectKey } from '../../providers/objects/object-store.ts';
import { providerPaths } from '../../providers/paths.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { offeredActions } from './offered.ts';

const HEADER = ['ACTION', 'MODEL', 'INSTANCE', 'REQUIRED', 'OPTIONAL'];

/** Lists the actions of the instances: all, those for one type of object, or those that could be run on one object. */
export async function run({ layout, options: { model, id = '' } }: CommandContext<'action:list'>): Promise<Outcome> {
  if (id !== '' && model === undefined) throw new UserError('flag-does-not-apply', '--id needs --model', { hint: 'name the type of the object' });
  if (id !== '' && !isObjectKey(id)) throw new UserError('bad-value', `"${id}" cannot be the key of an object`);
  const world = offeredActions(providerPaths(layout.home));
  const models = model === undefined ? [...new Set(world.targets.flatMap(({ actions }) => actions.map((action) => action.model)))].sort() : [model];
  const data = (await Promise.all(models.map((one) => listActions(world, one, id)))).flat();
  if (data.length === 0) return { data, lines: () => [{ info: 'No instance has such an action' }] };
  const rows = data.map(({ command, model: one, instance, required, optional }) => [
    command,
    one || 'system',
    instance,
    required.join(' ') || '-',
    optional.join(' ') || '-',
  ]);
  return { data, lines: () => columns([HEADER, ...rows]) };
}
