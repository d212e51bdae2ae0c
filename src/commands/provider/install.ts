import { providerPaths } from '../../providers/paths.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { installProvider, providerText } from './install-provider.ts';
import { checksumOf, providerSource } from './place.ts';
import { useProvider } from './use-provider.ts';

/** Installs a provider; where it takes the place of another, its instances are restarted. */
export async function run({ layout, env, args: [place], options, warn }: CommandContext<'provider:install'>): Promise<Outcome> {
  refuseNested(env);
  const source = providerSource(layout, place);
  const isDry = options.dryRun === true;
  const installed = await installProvider(layout, env, { source, sha256: checksumOf(options.sha256), mayReplace: options.replace === true, isDry }, warn);
  const { name, replaced, instance } = installed;
  const restarted = isDry || (!replaced && instance === null) ? [] : await useProvider(providerPaths(layout.home), layout.brand, name);
  const data = { ...installed, source: source.place, restarted };
  if (isDry) return { data, lines: () => [`would ${replaced ? 'replace' : 'install'} ${providerText(installed)}`] };
  return {
    data,
    lines: () => [
      { info: `Provider ${providerText(installed)} ${replaced ? 'replaced' : 'installed'}` },
      ...(instance === null ? [] : [{ info: `Instance ${instance} created` }]),
      ...(restarted.length === 0 ? [] : [{ info: `Restarted ${restarted.join(', ')}` }]),
    ],
  };
}
