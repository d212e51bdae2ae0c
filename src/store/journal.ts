import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, UserError } from '../errors.ts';
import { isPluginName } from '../home/names.ts';
import type { StorePaths } from '../home/store-paths.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { syncDirectory, writeDurably } from '../system/durable.ts';
import { formatAbove, isBoolean, isCount, isEither, isObject, isOneOf, isOptional, isText, type Newer, readOwnJson, type Shape } from '../system/own-json.ts';
import type { ProcessIdentity } from '../system/processes.ts';
import { SETTINGS_BYTES } from '../system/small-file.ts';
import { isFormat, isKeptReceipt, type KeptReceipt, newerReceipt, type Receipt, readReceipt, STORE_FORMAT, writtenReceipt } from './receipts.ts';

/** What a change does to the disk, decided before it is done: the journal is this value. */
export interface Change {
  readonly kind: 'install' | 'update' | 'rollback' | 'uninstall';
  readonly plugin: string;
  /** What stands in enabled/ is a directory and no link, to be moved to available/ first. */
  readonly adopt?: boolean;
  /** The name by which a core plugin is reachable from then on: it was there under the plugin's and not enabled. */
  readonly movesCoreTo?: string;
  /** What stands in available/ now; null for nothing. */
  readonly from: { readonly generation: number; readonly enabled: boolean } | null;
  /** What is to stand there; null for nothing. `tree` is renamed in, from staging or from the store. */
  readonly to: { readonly receipt: Receipt; readonly tree: string; readonly kept: boolean; readonly enabled: boolean } | null;
}

/** The journal, at store/pending for as long as a change is under way (DESIGN "A switch"). */
export interface Pending {
  readonly phase: 'renaming' | 'hook';
  readonly change: Change;
  readonly owner: ProcessIdentity;
  /** The hook that runs, so that nothing is undone under it when its owner dies. */
  readonly hook?: ProcessIdentity;
}

/** A change as the journal keeps it, and as programs are told of it. */
type KeptChange = Omit<Change, 'to'> & { readonly to: (Omit<NonNullable<Change['to']>, 'receipt'> & { readonly receipt: KeptReceipt }) | null };
type KeptPending = Omit<Pending, 'change'> & { readonly format?: number; readonly change: KeptChange };

export const writtenChange = ({ to, ...change }: Change): KeptChange => ({ ...change, to: to && { ...to, receipt: writtenReceipt(to.receipt) } });
const readChange = ({ to, ...change }: KeptChange): Change => ({ ...change, to: to && { ...to, receipt: readReceipt(to.receipt) } });

const isIdentity = isObject<ProcessIdentity>({ pid: isCount, start: isText, boot: isText });
const isNull = (value: unknown): value is null => value === null;

const isPending = isObject<KeptPending>({
  format: isFormat as Shape<number>,
  phase: isOneOf('renaming', 'hook'),
  change: isObject<KeptChange>({
    kind: isOneOf('install', 'update', 'rollback', 'uninstall'),
    plugin: isText,
    adopt: isOptional(isBoolean) as Shape<boolean>,
    movesCoreTo: isOptional(isText) as Shape<string>,
    from: isEither(isNull, isObject<NonNullable<Change['from']>>({ generation: isCount, enabled: isBoolean })),
    to: isEither(isNull, isObject<NonNullable<KeptChange['to']>>({ receipt: isKeptReceipt, tree: isText, kept: isBoolean, enabled: isBoolean })),
  }),
  owner: isIdentity,
  hook: isOptional(isIdentity) as Shape<ProcessIdentity>,
});

/** A receipt of a newer tool in it makes it one as well. */
const newerPending: Newer = (value) => {
  const isWithReceipt = isObject<{ change: { to: { receipt: object } } }>({ change: isObject({ to: isObject({ receipt: isObject({}) }) }) });
  return formatAbove(STORE_FORMAT)(value) ?? (isWithReceipt(value) ? newerReceipt(value.change.to.receipt) : undefined);
};

const REMEDY = 'a change to a plugin may have been interrupted: check the plugins, then move the file away';

/** @throws UserError when it is there and this user may not read it, when it is damaged, or when it speaks of what is not the store's */
export function readPending(paths: StorePaths): Pending | undefined {
  try {
    const { format: _, change, ...pending } = readOwnJson('The journal', paths.pending, SETTINGS_BYTES, isPending, REMEDY, newerPending);
    if (isOwn(paths, change)) return { ...pending, change: readChange(change) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  throw new UserError('file-damaged', `${paths.pending} describes a change that is not the store's`, { hint: 'check the store, then remove it' });
}

/** Whether a change renames and removes nothing but trees of the store. */
function isOwn({ store }: StorePaths, { plugin, to }: KeptChange): boolean {
  if (!isPluginName(plugin)) return false;
  if (to === null) return true;
  const inside = to.tree.startsWith(`${store}/`) ? to.tree.slice(store.length + 1) : '';
  return /^\.staging\/\.tmp-[^/]+\/[^/.][^/]*$/.test(inside) || /^[^/.][^/]*\/\d+$/.test(inside);
}

export const writePending = (paths: StorePaths, pending: Pending): void =>
  explainDiskErrors('write the journal', paths.pending, () =>
    writeDurably(paths.pending, `${JSON.stringify({ format: STORE_FORMAT, ...pending, change: writtenChange(pending.change) })}\n`),
  );

/** @param forGood whether it must not come back after a loss of power; one that is committed may, and is tidied up again */
export function removePending(paths: StorePaths, forGood: boolean): void {
  rmSync(paths.pending, { force: true });
  if (forGood) syncDirectory(dirname(paths.pending));
}
