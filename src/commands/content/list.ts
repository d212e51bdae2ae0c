import { providerNames, readProvider } from '../../providers/definition/record.ts';
import { providerPaths } from '../../providers/paths.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

const HEADER = ['TYPE', 'NAME', 'PROVIDER', 'DESCRIPTION'];

/** Lists the objects that providers bring with them. */
export async function run({ layout, args: [wanted] }: CommandContext<'content:list'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  const data = providerNames(paths).flatMap((provider) =>
    readProvider(paths, provider)
      .content.objects.filter(({ type }) => wanted === undefined || type === wanted)
      .map(({ type, name, value }) => ({ type, name, provider, description: typeof value.Description === 'string' ? value.Description : '' })),
  );
  if (data.length === 0) return { data, lines: () => [{ info: 'No provider brings such an object' }] };
  return { data, lines: () => columns([HEADER, ...data.map(({ type, name, provider, description }) => [type, name, provider, description || '-'])]) };
}
