import { cachePaths, cacheRoot } from '../../repositories/cache-paths.ts';
import { readMeta } from '../../repositories/meta.ts';
import { configuredRepositories } from '../../repositories/settings.ts';
import { ageText } from '../../system/duration.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

const HEADER = ['NAME', 'TYPE', 'PLUGINS', 'UPDATED', 'URL'];

/** Lists the repositories of tool.toml, with what is known of the copies of their indexes. Asks no server. */
export async function run({ layout }: CommandContext<'repository:list'>): Promise<Outcome> {
  const rows = configuredRepositories(layout.home).map((settings) => {
    const { name, url, type, headers, ttlMs } = settings;
    const meta = readMeta(cachePaths(cacheRoot(layout), name), settings);
    return {
      name,
      url,
      type: meta?.catalogue ?? type ?? null,
      plugins: meta?.names ?? null,
      releases: meta?.releases ?? null,
      problems: meta?.problems ?? null,
      updated: meta?.askedAt ?? null,
      ttl: ttlMs / 1000,
      // By name alone: what they hold may be a secret.
      headers: Object.keys(headers),
    };
  });
  if (rows.length === 0) return { data: rows, lines: () => [{ info: `No repositories; add one with \`${layout.brand} repository:add NAME URL\`` }] };
  const now = Date.now();
  const age = (updated: string | null): string => (updated === null ? 'never' : `${ageText(now - Date.parse(updated))} ago`);
  const lines = rows.map(({ name, type, plugins, updated, url }) => [name, type ?? '-', plugins === null ? '-' : String(plugins), age(updated), url]);
  return { data: rows, lines: () => columns([HEADER, ...lines]) };
}
