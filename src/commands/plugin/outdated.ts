import { outdatedPlugins } from '../../sync/outdated.ts';
import { columns } from '../../terminal/columns.ts';
import { logInfo, logWarn, print, printJson } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';

const HEADER = ['NAME', 'INSTALLED', 'WANTED', 'LATEST', 'STATE', 'FOLLOWS'];

/** Tells of every plugin whether its source has something newer. Fails when a source cannot be asked. */
export async function run({ layout, options }: CommandContext): Promise<number> {
  const standings = await outdatedPlugins(layout);
  const unknown = standings.filter(({ state }) => state === 'unknown');
  if (options.format === 'json') {
    printJson(standings);
    return unknown.length > 0 ? 1 : 0;
  }
  if (standings.length === 0) {
    logInfo('No plugins to ask for');
    return 0;
  }
  const rows = standings.map(({ name, version, wanted, latest, state, follows }) => [name, version || '-', wanted || '-', latest || '-', state, follows]);
  print(columns([HEADER, ...rows]).join('\n'));
  for (const { name, problem, state } of standings) {
    if (problem === undefined) continue;
    if (state === 'unknown') logWarn(`${name}: ${problem}`);
    else logInfo(`${name}: ${state}, ${problem}`);
  }
  return unknown.length > 0 ? 1 : 0;
}
