import { readProvider } from '../../providers/definition/record.ts';
import { providerPaths } from '../../providers/paths.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { installProvider, providerText } from './install-provider.ts';
import { useProvider } from './use-provider.ts';

/** Installs a provider anew from where it came from, and restarts its instances. What cannot be used changes nothing. */
export async function run({ layout, env, args: [name], options, warn }: CommandContext<'provider:reload'>): Promise<Outcome> {
  refuseNested(env);
  const paths = providerPaths(layout.home);
  const { source } = readProvider(paths, name);
  const isDry = options.dryRun === true;
  const installed = await installProvider(layout, env, { source, mayReplace: true, isDry, name }, warn);
  const restarted = isDry || !installed.changed ? [] : await useProvider(paths, layout.brand, installed.name);
  const data = { ...installed, source: source.place, restarted };
  if (isDry) return { data, lines: () => [`would install ${providerText(installed)} anew`] };
  const text = installed.changed ? `Provider ${providerText(installed)} reloaded` : `Provider ${providerText(installed)} is what it was`;
  return { data, lines: () => [{ info: text }, ...(restarted.length === 0 ? [] : [{ info: `Restarted ${restarted.join(', ')}` }])] };
}
