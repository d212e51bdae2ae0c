import { instancesOf } from '../../providers/definition/place-provider.ts';
import { readProvider } from '../../providers/definition/record.ts';
import { writeActionCommands } from '../../providers/instances/action-commands.ts';
import type { ProviderPaths } from '../../providers/paths.ts';
import { askSupervisor, servingNow } from '../../providers/supervisor/control-client.ts';

/** Has the instances of a provider use it as it is now: their commands, and where the supervisor runs, their processes. @returns the instances that were restarted */
export async function useProvider(paths: ProviderPaths, brand: string, provider: string): Promise<readonly string[]> {
  const { definition } = readProvider(paths, provider);
  for (const instance of instancesOf(paths, provider)) writeActionCommands(paths, instance, definition);
  if (servingNow(paths) === undefined) return [];
  return (await askSupervisor<{ restarted: string[] }>(paths, brand, 'POST /control/reload', { provider })).restarted;
}
