import { UserError } from '../../errors.ts';
import { providerPaths } from '../../providers/paths.ts';
import { hintFor } from '../../system/name-hint.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { offeredActions } from './offered.ts';

/** Shows an action: who has it, and its parameters with their descriptions and schemas. */
export async function run({ layout, args: [name], options: { model } }: CommandContext<'action:show'>): Promise<Outcome> {
  const world = offeredActions(providerPaths(layout.home));
  const all = world.targets
    .flatMap(({ instance, provider, actions }) => actions.map((action) => ({ ...action, instance, provider })))
    .filter((action) => model === undefined || action.model === model);
  const found = all.filter(({ command }) => command === name);
  const [first] = found;
  if (first === undefined)
    throw new UserError(
      'no-such-action',
      `There is no action ${name}`,
      hintFor(name, [...new Set(all.map(({ command }) => command))], 'see those there are with action:list'),
    );
  const params = [...first.required, ...first.optional].map((param) => {
    const { description = '', schema = null } = world.known.get(param) ?? {};
    return { name: param, required: first.required.includes(param), description, schema };
  });
  const data = { command: name, model: first.model || null, instances: found.map(({ instance }) => instance), provider: first.provider, params };
  return {
    data,
    lines: () => [
      ...columns([
        ['action', name],
        ['model', first.model || 'system'],
        ['instances', data.instances.join(', ')],
      ]),
      ...(params.length === 0 ? [] : ['', 'Parameters:']),
      ...columns(
        params.map(({ name: param, required, description, schema }) => [
          param,
          required ? 'required' : 'optional',
          schema === null ? '-' : JSON.stringify(schema),
          description || '-',
        ]),
        '  ',
      ),
    ],
  };
}
