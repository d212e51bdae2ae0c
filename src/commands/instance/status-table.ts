import type { InstanceStatus } from '../../providers/supervisor/supervised.ts';
import { ageText } from '../../system/duration.ts';
import { columns } from '../../terminal/columns.ts';

const HEADER = ['NAME', 'PROVIDER', 'STATE', 'UPTIME', 'RESTARTS', 'LAST ERROR'];

/** How long an instance has been running; `-` for one that does not. */
export const uptimeOf = ({ state, since }: InstanceStatus): string => (state === 'running' ? ageText(Date.now() - Date.parse(since)) : '-');

/** Instances as a table. */
export const statusTable = (instances: readonly InstanceStatus[]): string[] =>
  columns([
    HEADER,
    ...instances.map((status) => [status.name, status.provider, status.state, uptimeOf(status), String(status.restarts), status.errors.join('; ') || '-']),
  ]);
