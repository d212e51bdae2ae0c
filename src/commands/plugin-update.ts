import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { installedPlugins, isEnabled } from '../plugins/installed.ts';
import { isCore } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import type { Source, SourceRequest } from '../sources/source.ts';
import { fullAddress } from '../store/addresses.ts';
import { installedSource } from '../store/installed-source.ts';
import { isPinned } from '../store/pins.ts';
import { placePlugin } from '../store/place-plugin.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { type StorePaths, storePaths } from '../store/store-paths.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { stageOptions } from './stage-options.ts';

type Outcome = 'updated' | 'up to date' | 'pinned' | 'left alone';

/** Brings plugins to what their source holds now, or to a branch, tag or commit (contract dokku §2.2, §3 `plugin:update`). */
export async function run(context: CommandContext): Promise<number> {
  const { layout, args, options } = context;
  refuseNested(context.env);
  const [name, committish] = args;
  if (name !== undefined) {
    if (options.all) throw new UserError('BAD_USAGE', '--all and the name of a plugin exclude each other');
    await updateOne(context, name, committish);
    return 0;
  }
  const outcomes = new Map<Outcome, number>();
  const failed: string[] = [];
  for (const plugin of installedPlugins(layout).plugins.filter(({ name, enabled }) => enabled && !isCore(layout, name))) {
    try {
      const outcome = await updateOne(context, plugin.name, undefined);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      if (!isUserError(error)) throw error;
      logWarn(error.hint ? `${error.message}; ${error.hint}` : error.message);
      failed.push(plugin.name);
    }
  }
  const counts = [...outcomes].map(([outcome, count]) => `${count} ${outcome === 'updated' && options.dryRun ? 'to be updated' : outcome}`);
  if (failed.length > 0) throw new UserError('REFUSED', [...counts, `${failed.length} not updated: ${failed.join(', ')}`].join(', '));
  if (counts.length > 0) logInfo(counts.join(', '));
  return 0;
}

async function updateOne({ layout, env, options }: CommandContext, name: string, committish: string | undefined): Promise<Outcome> {
  if (!isPluginName(name)) throw new UserError('REFUSED', 'Invalid plugin name specified');
  if (isCore(layout, name))
    throw new UserError(
      'REFUSED',
      `Cannot trigger plugin:update against core plugin, please update ${layout.brand === 'dokku' ? 'Dokku' : layout.brand} instead`,
    );
  if (!isEnabled(layout, name)) throw new UserError('REFUSED', 'Specified plugin not enabled or installed');
  const paths = storePaths(layout.pluginPath);
  if (committish === undefined && isPinned(paths, name)) {
    print(`Plugin (${name}) is pinned; \`${layout.brand} plugin:unpin ${name}\` lets it go on`);
    return 'pinned';
  }
  const available = join(layout.available, name);
  const source = await installedSource(layout, name);
  const request = requestFor(source, committish, paths);
  if (typeof request === 'string') {
    print(`Plugin (${name}) ${request}`);
    return request.startsWith('pinned') ? 'pinned' : 'left alone';
  }
  const how = stageOptions(layout, name);
  const placed = await placePlugin(
    { layout, env, say: logWarn, ...how },
    {
      name,
      request,
      reference: existsSync(join(available, '.git')) ? available : undefined,
      hooks: ['install', 'update'],
      dryRun: options.dryRun === true,
      isWanted: (staged, current) => !(current && current.sourceHash === staged.hash && sameCommit(current.source, staged.source)),
    },
  );
  switch (placed.outcome) {
    case 'kept':
      print(`Plugin (${name}) is up to date`);
      return 'up to date';
    case 'planned': {
      const versions = `from ${placed.before?.version || 'what is there'} to ${placed.change.to?.receipt.version}`;
      print([`would update ${name} ${versions}`, ...placed.hooks.map((hook) => `would run its ${hook} hook`)].join('\n'));
      return 'updated';
    }
    case 'placed':
      logInfo(`Plugin (${name}) updated${committish === undefined ? '' : ` and pinned to ${committish}`}`);
      return 'updated';
  }
}

const sameCommit = (a: Source, b: Source): boolean => a.kind !== 'git' || (b.kind === 'git' && a.commit === b.commit && a.committish === b.committish);

/** What to stage for an update, or why there is nothing to do. */
function requestFor(source: Source, committish: string | undefined, paths: StorePaths): SourceRequest | string {
  switch (source.kind) {
    case 'git':
      if (committish === undefined && source.pinned) return `pinned to ${source.committish ?? source.commit}; name a branch to follow it`;
      return {
        source: fullAddress(paths, source.url),
        committish: committish ?? (source.version === undefined ? source.committish : undefined),
        version: committish === undefined ? source.version : undefined,
        link: false,
      };
    case 'archive':
      if (committish !== undefined) throw new UserError('BAD_USAGE', `The plugin comes from the archive ${source.url}, which has no "${committish}"`);
      return { source: fullAddress(paths, source.url), link: false };
    case 'directory':
      if (committish !== undefined) throw new UserError('BAD_USAGE', `The plugin comes from the directory ${source.path}, which has no "${committish}"`);
      return { source: source.path, link: false };
    case 'link':
      return `is a link to ${source.path}, which is always up to date`;
    case 'unknown':
      return 'not managed by git';
  }
}
