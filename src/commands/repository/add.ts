import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReleaseName, NAME_RULE } from '../../catalogue/names.ts';
import type { FormatName } from '../../catalogue/release.ts';
import { UserError } from '../../errors.ts';
import { cachePaths, cacheRoot } from '../../repositories/cache-paths.ts';
import { copyWorld } from '../../repositories/copies.ts';
import { withRepository, writeSettings } from '../../repositories/edit-settings.ts';
import { parseHeader } from '../../repositories/headers.ts';
import { placeOf } from '../../repositories/place.ts';
import { configuredNames, DEFAULT_TTL_MS, FORMATS, type RepositorySettings } from '../../repositories/settings.ts';
import { type UpdatedRepository, updateRepositories } from '../../repositories/update.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { plural, wordList } from '../../system/word-list.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { listenOnTerminal } from '../fetch-listener.ts';
import { indexGetters, signerOf } from '../plugin/opened-catalogues.ts';
import { updateFacts, updateLines } from './report.ts';

type Context = CommandContext<'repository:add'>;

/** Adds a repository to tool.toml, once its index has been fetched and read. */
export async function run(context: Context): Promise<Outcome> {
  const { layout, env, options, warn } = context;
  refuseNested(env);
  const settings = requested(context);
  const { name, url } = settings;
  const edit = () => {
    refuseTaken(layout.home, name, layout.brand);
    return withRepository(layout.home, settings);
  };
  edit();
  const updated = options.noUpdate ? undefined : await fetched(settings, context);
  const facts = { ...(updated ? updateFacts(updated) : { name }), url };
  const problems = updated ? updateLines(updated).slice(1) : [];
  if (options.dryRun) {
    const would = [`would add the repository ${name} to tool.toml: ${url}`, ...(updated ? updateLines(updated) : [])];
    return { data: { ...facts, changed: false }, lines: () => would };
  }
  await withStoreMutex(layout, warn, async () => writeSettings(edit()));
  const count = updated?.meta ? `: ${plural(updated.meta.names, 'plugin')} (${updated.meta.catalogue})` : '';
  return { data: { ...facts, changed: true }, lines: () => [{ info: `Repository ${name} added${count}` }, ...problems] };
}

/** The repository as the line asks for it. @throws UserError */
function requested({ layout, args: [name, url], options }: Context): RepositorySettings {
  if (!isReleaseName(name)) throw new UserError('bad-repository-name', `"${harmlessLine(name)}" cannot be the name of a repository`, { hint: NAME_RULE });
  refuseTaken(layout.home, name, layout.brand);
  const type = FORMATS.find((format): format is FormatName => format === options.type);
  if (options.type !== undefined && !type) {
    throw new UserError('unknown-value', `There is no type "${harmlessLine(options.type)}"`, { hint: `use one of ${wordList(FORMATS, 'or')}` });
  }
  const place = placeOf(url, type, process.cwd());
  const headers = Object.fromEntries((options.header ?? []).map(parseHeader));
  if (Object.keys(headers).length > 0 && place.kind !== 'http') {
    throw new UserError('flag-does-not-apply', '--header needs the http or https URL of an index file', {
      hint: 'for git, configure a credential helper or a key',
    });
  }
  // tool.toml is not read from here: a path in it is relative to the home.
  const written = 'path' in place ? place.path : place.url;
  return { name, url: written, place, ...(type ? { type } : {}), headers, ttlMs: DEFAULT_TTL_MS };
}

function refuseTaken(home: string, name: string, brand: string): void {
  if (!configuredNames(home).includes(name)) return;
  throw new UserError('repository-exists', `There is already a repository ${name}`, {
    hint: `choose another name, or remove it with \`${brand} repository:remove ${name}\``,
  });
}

/** Fetches the index, for a dry run into a folder that is gone afterwards. @throws UserError where it cannot be had, or read */
async function fetched(settings: RepositorySettings, { layout, env, options, warn }: Context): Promise<UpdatedRepository> {
  const scratch = options.dryRun ? mkdtempSync(join(tmpdir(), 'tool-repository-')) : undefined;
  const root = scratch === undefined ? cacheRoot(layout) : join(scratch, 'repositories');
  try {
    const [updated] = await updateRepositories([settings], {
      ...copyWorld(layout, { warn, env, listen: listenOnTerminal, signerOf: signerOf(layout.home), getters: indexGetters(layout, env) }),
      root,
    });
    if (!updated?.error) return updated as UpdatedRepository;
    removeTree(cachePaths(root, settings.name).folder);
    throw updated.error;
  } finally {
    if (scratch !== undefined) removeTree(scratch);
  }
}
