import { removeProvider } from '../../providers/definition/place-provider.ts';
import { readProvider } from '../../providers/definition/record.ts';
import { providerPaths } from '../../providers/paths.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Removes a provider that has no instances. */
export async function run({ layout, env, args: [name], options, warn }: CommandContext<'provider:remove'>): Promise<Outcome> {
  refuseNested(env);
  const paths = providerPaths(layout.home);
  readProvider(paths, name);
  const isDry = options.dryRun === true;
  if (!isDry) await removeProvider(paths, name, warn);
  return { data: { name, changed: !isDry }, lines: () => (isDry ? [`would remove ${name}`] : [{ info: `Provider ${name} removed` }]) };
}
