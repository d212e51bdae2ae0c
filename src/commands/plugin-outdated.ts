import { outdatedPlugins } from '../store/outdated.ts';
import { columns } from '../terminal/columns.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';

/** Tells which plugins that came from git have something newer at their source. Fails when a source cannot be asked. */
export async function run({ layout, options }: CommandContext): Promise<number> {
  const standings = await outdatedPlugins(layout);
  const unknown = standings.filter(({ state }) => state === 'unknown');
  if (options.format === 'json') {
    print(JSON.stringify(standings));
    return unknown.length > 0 ? 1 : 0;
  }
  const rows = standings.filter(({ state }) => state === 'outdated' || state === 'pinned');
  if (rows.length > 0) {
    print(columns(rows.map(({ name, version, wanted, latest, follows, state }) => [name, version || '-', wanted, latest || '-', state, follows])).join('\n'));
  }
  for (const { name, problem } of unknown) logWarn(`${name}: ${problem}`);
  if (rows.length === 0 && unknown.length === 0) logInfo(`${standings.length} plugins from git are up to date`);
  return unknown.length > 0 ? 1 : 0;
}
