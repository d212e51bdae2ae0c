import { readInstance } from '../../providers/instances/instance.ts';
import { shownInstances } from '../../providers/instances/statuses.ts';
import { providerPaths } from '../../providers/paths.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { uptimeOf } from './status-table.ts';

/** Shows how an instance is; the exit status says whether it runs. */
export async function run({ layout, args: [name] }: CommandContext<'instance:status'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  readInstance(paths, name);
  const [found] = await shownInstances(paths, layout.brand, [name]);
  if (found === undefined) throw new Error(`${name} is gone`);
  const { status } = found;
  return {
    data: status,
    lines: () =>
      columns([
        ['state', status.state],
        ['since', status.since],
        ['uptime', uptimeOf(status)],
        ['process', status.pid === null ? '-' : String(status.pid)],
        ['restarts', String(status.restarts)],
        ['errors', status.errors.join('; ') || '-'],
      ]),
    status: status.state === 'running' ? 0 : 1,
  };
}
