import type { PassedOver } from '../../catalogue/choose.ts';
import { UserError } from '../../errors.ts';
import { isShipped } from '../../home/core-names.ts';
import { isPluginName } from '../../home/names.ts';
import { pluginHint } from '../../home/not-installed.ts';
import { type StorePaths, storePaths } from '../../home/store-paths.ts';
import { isAvailable, isEnabled } from '../../plugins/installed.ts';
import { spelledOut } from '../../sources/classify.ts';
import type { Update } from '../../sources/kind.ts';
import type { Source } from '../../sources/kinds.ts';
import type { SourceRequest, UpdateWords } from '../../sources/request.ts';
import { followed, isExact, kindOf, knownKind, meets, placeOf, samePlace, sourceText } from '../../sources/source.ts';
import { fullAddress } from '../../store/addresses.ts';
import { installedSource } from '../../store/installed-source.ts';
import { isPinned } from '../../store/pins.ts';
import { type Placed, placePlugin } from '../../store/place-plugin.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { CommandContext } from '../command.ts';
import { changeText } from './installed-text.ts';
import { placingWorld } from './placing-world.ts';
import { asksForVersion } from './source-request.ts';

/** What became of one plugin, or would. */
export interface Updated {
  readonly name: string;
  readonly outcome: 'updated' | 'up to date' | 'pinned' | 'left alone' | 'failed';
  readonly from?: string;
  readonly to?: string;
  /** What further updates follow, and whether a plain one leaves the plugin. */
  readonly follows?: string;
  readonly pinned?: boolean;
  /** Of a plugin of a repository that was asked: the versions that are newer than what it follows gives, and why they were passed over. */
  readonly passedOver?: readonly PassedOver[];
  /** For people: why it is as it is, or what would be done. */
  readonly text: string;
}

/** What an update is asked for beyond what the source holds now; `source` is another place to have it from. */
export type UpdateWish = UpdateWords & { readonly source?: string | undefined };

/**
 * Brings one plugin to what its source holds now, to another version of it, or to another source.
 * @throws UserError when it is no plugin that can be updated, cannot be had, or a hook fails
 */
export async function updatePlugin(context: CommandContext<'plugin:update'>, name: string, wish: UpdateWish): Promise<Updated> {
  const { layout, options } = context;
  checkName(context, name, wish);
  const paths = storePaths(layout.pluginPath);
  const isPlain = wish.source === undefined && !asksForVersion(wish as SourceRequest) && wish.platform === undefined;
  const source = await installedSource(layout, name);
  const standing = { follows: followed(source), pinned: isPinned(paths, name) || isExact(source) };
  if (isPlain && isPinned(paths, name)) {
    return { name, outcome: 'pinned', ...standing, text: `Plugin (${name}) is pinned; \`${layout.brand} plugin:unpin ${name}\` lets it go on` };
  }
  const update = wish.source === undefined ? updateOf(source, wish, paths) : { request: spelledOut({ ...wish, source: wish.source }) };
  if ('stays' in update) return { name, outcome: update.stays, ...standing, text: `Plugin (${name}) ${update.why}` };
  const { request } = update;
  const saving = options.save ? await import('./save-declaration.ts') : undefined;
  saving?.refuseUnsavable(layout, name, request);
  const known = currentReceipt(paths, name)?.source;
  let passedOver: readonly PassedOver[] | undefined;
  const onPassedOver = (newer: readonly PassedOver[]): void => {
    passedOver = newer;
  };
  const placed = await placePlugin(placingWorld(context, name, { onPassedOver }), {
    name,
    request,
    hooks: ['install', 'update'],
    dryRun: options.dryRun === true,
    // By other words the same commit is another receipt.
    standing: known && meets(known, request) ? known : undefined,
    isWanted: (staged, current) => !(current && current.sourceHash === staged.hash && isSame(current.source, staged.source)),
  });
  const receipt = placed.outcome === 'planned' ? placed.change.to?.receipt : (placed.receipt ?? currentReceipt(paths, name));
  if (saving && receipt && !options.dryRun) await saving.saveDeclaration(context, name, request, receipt.source);
  return asUpdated(
    name,
    placed,
    {
      ...standing,
      ...(receipt ? { follows: followed(receipt.source), pinned: isPinned(paths, name) || isExact(receipt.source) } : {}),
      ...(passedOver ? { passedOver } : {}),
    },
    isPlain,
  );
}

/** @throws UserError in the words of Dokku */
function checkName({ layout }: CommandContext<'plugin:update'>, name: string, { source }: UpdateWish): void {
  if (!isPluginName(name)) throw new UserError('bad-plugin-name', 'Invalid plugin name specified');
  if (isShipped(layout, name))
    throw new UserError(
      'core-plugin',
      `Cannot trigger plugin:update against core plugin, please update ${layout.brand === 'dokku' ? 'Dokku' : layout.brand} instead`,
    );
  // Who moves a plugin may move one that is disabled; it stays so.
  if (!isEnabled(layout, name) && !(source !== undefined && isAvailable(layout, name)))
    throw new UserError('plugin-not-installed', 'Specified plugin not enabled or installed', pluginHint(layout, name));
}

function asUpdated(name: string, placed: Placed, standing: Pick<Updated, 'follows' | 'pinned' | 'passedOver'>, isPlain: boolean): Updated {
  if (placed.outcome === 'kept') return { name, outcome: 'up to date', ...standing, text: `Plugin (${name}) is up to date` };
  const { before } = placed;
  const receipt = placed.outcome === 'placed' ? placed.receipt : placed.change.to?.receipt;
  const versions = { from: before?.version ?? '', to: receipt?.version ?? '' };
  if (placed.outcome === 'placed') {
    return { name, outcome: 'updated', ...versions, ...standing, text: `Plugin (${name}) ${isPlain ? 'updated' : changeText(before, placed.receipt)}` };
  }
  const moved = receipt && before && !samePlace(before.source, receipt.source) ? `, from ${sourceText(receipt.source)}` : '';
  const lines = [
    `would update ${name} from ${harmlessLine(versions.from) || 'what is there'} to ${harmlessLine(versions.to)}${moved}`,
    ...placed.hooks.map((hook) => `would run its ${hook} hook`),
  ];
  return { name, outcome: 'updated', ...versions, ...standing, text: lines.join('\n') };
}

/** Whether two sources are the same place, asked for in the same words, that led to the same commit. */
const isSame = (a: Source, b: Source): boolean => samePlace(a, b) && knownKind(a)?.isSame(a, b) === true;

/** What to stage for an update from the same place, or why there is nothing to do. */
function updateOf(source: Source, wish: UpdateWish, paths: StorePaths): Update {
  if (!knownKind(source)?.isNamed && (wish.platform ?? wish.type) !== undefined)
    throw new UserError('flag-does-not-apply', `--platform and --type are for plugins of a repository, and this one is from ${sourceText(source)}`);
  return kindOf(source).update(source, wish, fullAddress(paths, placeOf(source) ?? ''));
}
