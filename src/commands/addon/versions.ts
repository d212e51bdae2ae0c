import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { offeredBy, offersFor } from './offered.ts';

/** Lists the versions of add-ons in the order in which one is chosen, and why some of them do not suit the host. */
export async function run(context: CommandContext<'addon:versions'>): Promise<Outcome> {
  const [name] = context.args;
  const { hostVersion, offers } = await offeredBy(context);
  const rows = name === undefined ? [...offers.values()].flatMap((all) => [...all]) : offersFor(name, offers);
  return {
    data: {
      hostVersion,
      versions: rows.map(({ addon, version, from, url, sha256, size, unsuited }) => ({
        ...{ addon, version, from, url, sha256, size, unsuited },
        suits: unsuited === undefined,
      })),
    },
    lines: () =>
      columns([['ADDON', 'VERSION', 'FROM', 'STATUS'], ...rows.map(({ addon, version, from, unsuited }) => [addon, version, from, unsuited ?? 'suits'])]),
  };
}
