import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, isUserError, UserError } from '../errors.ts';
import { isPluginName } from '../plugins/names.ts';
import { syncDirectory, writeDurably } from '../system/durable.ts';
import type { ProcessIdentity } from '../system/processes.ts';
import { readSmallFile, SETTINGS_BYTES } from '../system/small-file.ts';
import type { Receipt } from './receipts.ts';
import type { StorePaths } from './store-paths.ts';
import { changing } from './switch.ts';

/** What a change does to the disk, decided before it is done: the journal is this value. */
export interface Change {
  readonly kind: 'install' | 'update' | 'rollback' | 'uninstall';
  readonly plugin: string;
  /** What stands in enabled/ is a directory and no link, to be moved to available/ first. */
  readonly adopt?: boolean;
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

/** @throws UserError REFUSED when it is there and this user may not read it, or when it speaks of what is not the store's */
export function readPending(paths: StorePaths): Pending | undefined {
  try {
    const pending: Pending = JSON.parse(readSmallFile(paths.pending, SETTINGS_BYTES));
    if (!isOwn(paths, pending.change)) {
      throw new UserError('REFUSED', `${paths.pending} speaks of a change that is not the store's`, { hint: 'look what stands in the store, then remove it' });
    }
    return pending;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (isUserError(error) && error.hint) throw error;
    throw new UserError('REFUSED', `${paths.pending} cannot be read, and a plugin change may be under way`, {
      hint: 'run this as the user that owns the home',
      cause: error,
    });
  }
}

/** Whether a change renames and removes nothing but trees of the store. */
function isOwn({ store }: StorePaths, { plugin, to }: Change): boolean {
  if (!isPluginName(plugin)) return false;
  if (to === null) return true;
  const inside = to.tree.startsWith(`${store}/`) ? to.tree.slice(store.length + 1) : '';
  return /^\.staging\/\.tmp-[^/]+\/[^/.][^/]*$/.test(inside) || /^[^/.][^/]*\/\d+$/.test(inside);
}

export const writePending = (paths: StorePaths, pending: Pending): void =>
  changing('write the journal', paths.pending, () => writeDurably(paths.pending, `${JSON.stringify(pending)}\n`));

/** @param forGood whether it must not come back after a loss of power; one that is committed may, and is tidied up again */
export function removePending(paths: StorePaths, forGood: boolean): void {
  rmSync(paths.pending, { force: true });
  if (forGood) syncDirectory(dirname(paths.pending));
}
