import { isUserError, UserError } from '../errors.ts';
import { installedPlugins, isEnabled } from '../plugins/installed.ts';
import { isCore } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import type { Source, SourceRequest } from '../sources/source.ts';
import { fullAddress } from '../store/addresses.ts';
import { installedSource } from '../store/installed-source.ts';
import { isPinned } from '../store/pins.ts';
import { placePlugin } from '../store/place-plugin.ts';
import { currentReceipt } from '../store/receipts.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { type StorePaths, storePaths } from '../store/store-paths.ts';
import { logInfo, logWarn, print } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { stageOptions } from './stage-options.ts';

/** What became of one plugin, or would. */
interface Updated {
  readonly name: string;
  readonly outcome: 'updated' | 'up to date' | 'pinned' | 'left alone' | 'failed';
  readonly from?: string;
  readonly to?: string;
  /** For people: why it is as it is, or what would be done. */
  readonly text: string;
}

/** Brings plugins to what their source holds now, or to a branch, tag or commit (contract dokku §2.2, §3 `plugin:update`). */
export async function run(context: CommandContext): Promise<number> {
  const { layout, args, options } = context;
  refuseNested(context.env);
  const [name, committish] = args;
  const json = options.format === 'json';
  if (name !== undefined) {
    if (options.all) throw new UserError('BAD_USAGE', '--all and the name of a plugin exclude each other');
    const updated = await updateOne(context, name, committish);
    if (json) print(JSON.stringify([updated]));
    else tell(updated, options.dryRun === true);
    return 0;
  }
  const all: Updated[] = [];
  for (const plugin of installedPlugins(layout).plugins.filter(({ name, enabled }) => enabled && !isCore(layout, name))) {
    const updated = await updateOne(context, plugin.name, undefined).catch((error: unknown): Updated => {
      if (!isUserError(error)) throw error;
      return { name: plugin.name, outcome: 'failed', text: error.hint ? `${error.message}; ${error.hint}` : error.message };
    });
    all.push(updated);
    if (!json) tell(updated, options.dryRun === true);
  }
  if (json) print(JSON.stringify(all));
  return sumUp(all, json, options.dryRun === true);
}

function tell({ outcome, text }: Updated, dryRun: boolean): void {
  if (outcome === 'failed') logWarn(text);
  else if (outcome === 'updated' && !dryRun) logInfo(text);
  else print(text);
}

/** @throws UserError REFUSED when any failed */
function sumUp(all: readonly Updated[], json: boolean, dryRun: boolean): number {
  const failed = all.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  const outcomes = [...new Set(all.map(({ outcome }) => outcome))].filter((outcome) => outcome !== 'failed');
  const counts = outcomes.map((outcome) => {
    const count = all.filter((updated) => updated.outcome === outcome).length;
    return `${count} ${outcome === 'updated' && dryRun ? 'to be updated' : outcome}`;
  });
  if (failed.length > 0) throw new UserError('REFUSED', [...counts, `${failed.length} not updated: ${failed.join(', ')}`].join(', '));
  if (counts.length > 0 && !json) logInfo(counts.join(', '));
  return 0;
}

async function updateOne({ layout, env, options }: CommandContext, name: string, committish: string | undefined): Promise<Updated> {
  if (!isPluginName(name)) throw new UserError('REFUSED', 'Invalid plugin name specified');
  if (isCore(layout, name))
    throw new UserError(
      'REFUSED',
      `Cannot trigger plugin:update against core plugin, please update ${layout.brand === 'dokku' ? 'Dokku' : layout.brand} instead`,
    );
  if (!isEnabled(layout, name)) throw new UserError('REFUSED', 'Specified plugin not enabled or installed');
  const paths = storePaths(layout.pluginPath);
  if (committish === undefined && isPinned(paths, name)) {
    return { name, outcome: 'pinned', text: `Plugin (${name}) is pinned; \`${layout.brand} plugin:unpin ${name}\` lets it go on` };
  }
  const source = await installedSource(layout, name);
  const request = requestFor(source, committish, paths);
  if (typeof request === 'string') return { name, outcome: request.startsWith('pinned') ? 'pinned' : 'left alone', text: `Plugin (${name}) ${request}` };
  const known = currentReceipt(paths, name)?.source;
  const placed = await placePlugin(
    { layout, env, say: logWarn, ...stageOptions(layout, name) },
    {
      name,
      request,
      hooks: ['install', 'update'],
      dryRun: options.dryRun === true,
      // The same commit by another word is another receipt.
      standingAt: known?.kind === 'git' && known.committish === request.committish ? known.commit : undefined,
      isWanted: (staged, current) => !(current && current.sourceHash === staged.hash && sameCommit(current.source, staged.source)),
    },
  );
  if (placed.outcome === 'kept') return { name, outcome: 'up to date', text: `Plugin (${name}) is up to date` };
  const from = placed.before?.version ?? '';
  const to = (placed.outcome === 'placed' ? placed.receipt : placed.change.to?.receipt)?.version ?? '';
  if (placed.outcome === 'placed') {
    return { name, outcome: 'updated', from, to, text: `Plugin (${name}) updated${committish === undefined ? '' : ` and pinned to ${committish}`}` };
  }
  const text = [`would update ${name} from ${from || 'what is there'} to ${to}`, ...placed.hooks.map((hook) => `would run its ${hook} hook`)].join('\n');
  return { name, outcome: 'updated', from, to, text };
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
