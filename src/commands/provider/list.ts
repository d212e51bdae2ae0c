import { instancesOf } from '../../providers/definition/place-provider.ts';
import { providerNames, readProvider } from '../../providers/definition/record.ts';
import { providerPaths } from '../../providers/paths.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { carryingPlugins } from './place.ts';

const HEADER = ['NAME', 'VERSION', 'ACTIONS', 'INSTANCES', 'SOURCE'];

/** Lists the providers of a home, and those that plugins carry and nobody has installed. */
export async function run({ layout }: CommandContext<'provider:list'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  const providers = providerNames(paths).map((name) => readProvider(paths, name));
  const used = new Set(providers.map(({ source }) => source.place));
  const rows = providers.map(({ name, definition, source, sha256 }) => ({
    name,
    version: definition.version,
    installed: true,
    actions: definition.actions.map(({ command }) => command),
    instances: instancesOf(paths, name),
    source: source.place,
    sha256: sha256 as string | null,
  }));
  const carried = carryingPlugins(layout)
    .filter((plugin) => !used.has(`${layout.enabled}/${plugin}/provider`))
    .map((plugin) => ({ name: plugin, version: '', installed: false, actions: [], instances: [], source: `plugin ${plugin}`, sha256: null }));
  const data = [...rows, ...carried];
  if (data.length === 0) return { data, lines: () => [{ info: `No providers; install one with \`${layout.brand} provider:install FILE\`` }] };
  const lines = data.map(({ name, version, installed, actions, instances, source }) => [
    name,
    installed ? version || '-' : 'not installed',
    String(actions.length),
    String(instances.length),
    source,
  ]);
  return { data, lines: () => columns([HEADER, ...lines]) };
}
