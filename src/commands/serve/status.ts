import type { ServeStatus } from '../../providers/instances/statuses.ts';
import { providerPaths } from '../../providers/paths.ts';
import { askSupervisor } from '../../providers/supervisor/control-client.ts';
import { ageText } from '../../system/duration.ts';
import { sizeText } from '../../system/size-text.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { statusTable } from '../instance/status-table.ts';

/** Shows how the supervisor and its instances are. */
export async function run({ layout }: CommandContext<'serve:status'>): Promise<Outcome> {
  const data = await askSupervisor<ServeStatus>(providerPaths(layout.home), layout.brand, 'GET /control/status');
  const { pid, startedAt, memory, endpoint, page, publishedEvents, subscribers, nats, instances } = data;
  return {
    data,
    lines: () => [
      ...columns([
        ['process', String(pid)],
        ['uptime', ageText(Date.now() - Date.parse(startedAt))],
        ['memory', sizeText(memory)],
        ['API port', endpoint ?? '-'],
        ['page', page === null ? '-' : `${page} (\`${layout.brand} serve:ui\` prints it with its token)`],
        ['events', String(publishedEvents)],
        ...(nats === null ? [] : natsRows(nats)),
      ]),
      ...(instances.length === 0 ? [] : ['', ...statusTable(instances)]),
      ...(subscribers.length === 0 ? [] : ['', ...subscriberTable(subscribers)]),
    ],
  };
}

/** Who is told of events, and how many each has lost. */
const subscriberTable = (subscribers: ServeStatus['subscribers']) =>
  columns([
    ['SUBSCRIBER', 'TOLD', 'WAITING', 'DROPPED'],
    ...subscribers.map(({ name, told, waiting, dropped }) => [name, String(told), String(waiting), String(dropped)]),
  ]);

/** How the connection to NATS is. */
const natsRows = ({ url, state, outbox, sent, received, dropped, lastError }: NonNullable<ServeStatus['nats']>): [string, string][] => [
  ['NATS', [state, url].filter((word) => word !== '').join(', ')],
  ['to NATS', `${sent} sent, ${outbox} waiting, ${dropped} dropped`],
  ['from NATS', String(received)],
  ...(lastError === null ? [] : [['last error of NATS', lastError] as [string, string]]),
];
