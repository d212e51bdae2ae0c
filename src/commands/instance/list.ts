import { shownInstances } from '../../providers/instances/statuses.ts';
import { providerPaths } from '../../providers/paths.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { statusTable } from './status-table.ts';

/** Lists the instances of a home, and how they are. */
export async function run({ layout }: CommandContext<'instance:list'>): Promise<Outcome> {
  const found = await shownInstances(providerPaths(layout.home), layout.brand);
  const data = found.map(({ instance, status }) => ({ ...status, description: instance.description, wanted: instance.wanted }));
  if (data.length === 0) return { data, lines: () => [{ info: `No instances; create one with \`${layout.brand} instance:create NAME --provider PROVIDER\`` }] };
  return { data, lines: () => statusTable(data) };
}
