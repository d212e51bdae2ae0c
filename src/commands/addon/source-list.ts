import { addonSources } from '../../addons/sources.ts';
import { cachePaths, cacheRoot } from '../../repositories/cache-paths.ts';
import { readMeta } from '../../repositories/meta.ts';
import { ageText } from '../../system/duration.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Lists the sources of add-ons of tool.toml, with what is known of the copies of their files. Asks no server. */
export async function run({ layout }: CommandContext<'addon:source:list'>): Promise<Outcome> {
  const sources = addonSources(layout.home);
  const rows = sources.map((settings) => {
    const meta = readMeta(cachePaths(cacheRoot(layout), settings.name), settings);
    return { name: settings.name, url: settings.url, versions: meta?.releases ?? null, updated: meta?.askedAt ?? null };
  });
  if (rows.length === 0) return { data: rows, lines: () => [{ info: `No sources of add-ons; add one with \`${layout.brand} addon:source:add NAME URL\`` }] };
  const age = (updated: string | null): string => (updated === null ? 'never' : `${ageText(Date.now() - Date.parse(updated))} ago`);
  const lines = (): string[] =>
    columns([
      ['NAME', 'VERSIONS', 'UPDATED', 'URL'],
      ...rows.map(({ name, url, versions, updated }) => [name, versions === null ? '-' : String(versions), age(updated), url]),
    ]);
  return { data: rows, lines };
}
