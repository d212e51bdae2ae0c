import { hostPlatform, platformText, suits } from '../../catalogue/platforms.ts';
import { type SearchRow, search } from '../../catalogue/search.ts';
import { UserError } from '../../errors.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { columns } from '../../terminal/columns.ts';
import type { Line } from '../../terminal/lines.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { cataloguesOf } from './opened-catalogues.ts';

type Context = CommandContext<'plugin:search'>;

/** One plugin that was found, for programs. */
interface Found {
  readonly repository: string;
  readonly name: string;
  readonly type: string | null;
  readonly version: string;
  readonly description: string;
  readonly platforms: readonly string[];
  /** Whether it can be had for this platform. */
  readonly available: boolean;
  /** The version of the plugin of that name that is installed. */
  readonly installed: string | null;
}

const HEADER = ['NAME', 'VERSION', 'TYPE', 'STATUS', 'DESCRIPTION'];
const USUAL_LIMIT = 50;

/** Searches the names and descriptions of all repositories, best matches first. */
export async function run(context: Context): Promise<Outcome> {
  const { layout, args, options } = context;
  const limit = limitFrom(options.limit);
  const catalogues = await cataloguesOf(context)();
  const repositories = await catalogues.rows();
  const all = repositories.flatMap(({ rows }) => rows);
  const { type: wanted } = options;
  const rows = search(wanted === undefined ? all : all.filter(([, type]) => type === wanted), args.join(' '));
  const shown = limit === 0 ? rows : rows.slice(0, limit ?? USUAL_LIMIT);
  const installed = new Map(installedPlugins(layout).plugins.map((plugin) => [plugin.name, plugin]));
  const found = (row: SearchRow): Found => {
    const [name, type, version, description, platforms] = row;
    return {
      repository: repositories.find(({ rows }) => rows.includes(row))?.repository ?? '',
      name,
      type: type === '' ? null : type,
      version,
      description,
      platforms: platforms.split(' '),
      available: platforms.split(' ').some((platform) => isForHost(platform)),
      installed: installed.get(name)?.version ?? null,
    };
  };
  return {
    data: async () => (limit === undefined ? rows : shown).map(found),
    lines: () => linesOf(shown.map(found), rows.length, args.join(' ')),
  };
}

function linesOf(found: readonly Found[], total: number, term: string): Line[] {
  if (total === 0) return [{ info: term === '' ? 'No plugins' : `No plugin matches "${term}"` }];
  const rows = found.map((one) => [`${one.repository}/${one.name}`, one.version, one.type ?? '-', statusOf(one), one.description]);
  const more = total - found.length;
  return [...columns([HEADER, ...rows]), ...(more > 0 ? [{ info: `${more} more; add words to the term, or --limit 0 for all` }] : [])];
}

/** @param platform `linux/amd64`, `darwin/any` */
function isForHost(platform: string): boolean {
  const [os = '', arch = ''] = platform.split('/');
  return suits({ os, arch }, hostPlatform());
}

function statusOf({ installed, available }: Found): string {
  if (installed !== null) return installed === '' ? 'installed' : `installed ${installed}`;
  return available ? 'available' : `not for ${platformText(hostPlatform())}`;
}

/** @throws UserError */
function limitFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError('bad-value', `--limit takes a number, not "${text}"`);
}
