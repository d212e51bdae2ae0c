import { outdatedPlugins } from '../../sync/outdated.ts';
import { columns } from '../../terminal/columns.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { cataloguesOf } from './opened-catalogues.ts';

type Standings = Awaited<ReturnType<typeof outdatedPlugins>>;

const HEADER = ['NAME', 'INSTALLED', 'WANTED', 'LATEST', 'STATE', 'FOLLOWS'];

/** Tells of every plugin whether its source has something newer. Fails when a source cannot be asked. */
export async function run(context: CommandContext<'plugin:outdated'>): Promise<Outcome> {
  const standings = await outdatedPlugins(context.layout, cataloguesOf(context));
  return { data: standings, lines: () => linesOf(standings), status: standings.some(({ state }) => state === 'unknown') ? 1 : 0 };
}

function linesOf(standings: Standings): Line[] {
  if (standings.length === 0) return [{ info: 'No plugins to ask for' }];
  const rows = standings.map(({ name, version, wanted, latest, state, follows }) => [name, version || '-', wanted || '-', latest || '-', state, follows]);
  const problems = standings.flatMap(({ name, problem, remark, state }): Line[] => [
    ...(problem === undefined ? [] : [state === 'unknown' ? { warning: `${name}: ${problem}` } : { info: `${name}: ${state}, ${problem}` }]),
    ...(remark === undefined ? [] : [{ warning: `${name}: ${remark}` }]),
  ]);
  return [...columns([HEADER, ...rows]), ...problems];
}
