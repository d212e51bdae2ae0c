import { outdatedPlugins } from '../../sync/outdated.ts';
import { columns } from '../../terminal/columns.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';

type Standings = Awaited<ReturnType<typeof outdatedPlugins>>;

const HEADER = ['NAME', 'INSTALLED', 'WANTED', 'LATEST', 'STATE', 'FOLLOWS'];

/** Tells of every plugin whether its source has something newer. Fails when a source cannot be asked. */
export async function run({ layout }: CommandContext<'plugin:outdated'>): Promise<Outcome> {
  const standings = await outdatedPlugins(layout);
  return { data: standings, lines: () => linesOf(standings), status: standings.some(({ state }) => state === 'unknown') ? 1 : 0 };
}

function linesOf(standings: Standings): Line[] {
  if (standings.length === 0) return [{ info: 'No plugins to ask for' }];
  const rows = standings.map(({ name, version, wanted, latest, state, follows }) => [name, version || '-', wanted || '-', latest || '-', state, follows]);
  const problems = standings.flatMap(({ name, problem, state }): Line[] => {
    if (problem === undefined) return [];
    return [state === 'unknown' ? { warning: `${name}: ${problem}` } : { info: `${name}: ${state}, ${problem}` }];
  });
  return [...columns([HEADER, ...rows]), ...problems];
}
