import { existsSync } from 'node:fs';
import { instancesOf } from '../../providers/definition/place-provider.ts';
import { generationPaths, programOf, readProvider } from '../../providers/definition/record.ts';
import { providerPaths } from '../../providers/paths.ts';
import { columns } from '../../terminal/columns.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Shows what a provider says of itself, and what is known of its program. */
export async function run({ layout, args: [name] }: CommandContext<'provider:show'>): Promise<Outcome> {
  const paths = providerPaths(layout.home);
  const provider = readProvider(paths, name);
  const { definition, source, sha256, size, installedAt, generation, directory, content } = provider;
  const { content: _, ...described } = definition;
  const files = generationPaths(directory, provider.name).files;
  const data = {
    ...described,
    source,
    program: programOf(provider),
    sha256,
    size,
    installedAt,
    generation,
    files: existsSync(files) ? files : null,
    content: content.objects.map(({ type, name: object }) => `${type}/${object}`),
    instances: instancesOf(paths, name),
  };
  const list = (names: readonly string[]): string => names.join(', ') || '-';
  const lines = (): Line[] => [
    ...columns([
      ['name', definition.name],
      ['version', definition.version || '-'],
      ['source', source.place],
      ['program', data.program],
      ['sha256', sha256],
      ['installed', installedAt],
      ['files', data.files ?? '-'],
      ['required', list(definition.required)],
      ['optional', list(definition.optional)],
      ['instances', list(data.instances)],
      ['content', list(data.content)],
    ]),
    ...(definition.actions.length === 0 ? [] : ['', 'Actions:']),
    ...columns(
      definition.actions.map(({ command, model, required, optional }) => [
        command,
        model || 'system',
        [...required, ...optional.map((one) => `[${one}]`)].join(' ') || '-',
      ]),
      '  ',
    ),
    ...(definition.documentation.trim() === '' ? [] : ['', definition.documentation.trim()]),
  ];
  return { data, lines };
}
