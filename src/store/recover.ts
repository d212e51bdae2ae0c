import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { isUsers } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { ifMutexFree, withMutex } from '../home/mutex.ts';
import { storePaths } from '../home/store-paths.ts';
import { untilInterrupted } from '../system/interrupts.ts';
import { isAlive } from '../system/processes.ts';
import { cleanStaging } from './generations.ts';
import { type Change, type Pending, readPending } from './journal.ts';
import { commitReceipt, currentReceipt } from './receipts.ts';
import { applySwitch, hasGuard } from './switch.ts';
import { tidyUp, undo } from './transaction.ts';

const POLL_MS = 5;
const PATIENCE_MS = 10_000;

/**
 * Ends what a dead process began, under the lock: finished where it was committed, undone where it was not.
 * @throws UserError when a hook of it still runs
 */
async function recoverLocked(layout: Layout, warn: (line: string) => void): Promise<void> {
  const paths = storePaths(layout.pluginPath);
  const pending = readPending(paths);
  if (!pending || isAlive(pending.owner)) return;
  const { change, phase } = pending;
  if (pending.hook && isAlive(pending.hook)) throw hookStillRuns(pending);
  if (change.to) {
    if (currentReceipt(paths, change.plugin)?.generation === change.to.receipt.generation) await tidyUp(layout, change, warn);
    else undo(layout, change);
  } else if (phase === 'hook') {
    undo(layout, change);
  } else {
    // The uninstall hook has succeeded, so what is left of the plugin goes.
    const { from, ...rest } = change;
    applySwitch(layout, { ...rest, from: isUsers(layout, change.plugin) ? from : null }, () => {});
    commitReceipt(paths, change.plugin, undefined);
    await tidyUp(layout, change, warn);
  }
}

const hookStillRuns = ({ change, hook }: Pending): UserError =>
  new UserError('change-in-progress', `A change to the plugin ${change.plugin} was interrupted and its hook still runs (process ${hook?.pid})`, {
    hint: 'wait for it, or end that process',
  });

/** Runs a change to the plugins under the lock, what was interrupted before it ended first. */
export function withStoreMutex<T>(layout: Layout, warn: (line: string) => void, change: () => Promise<T>): Promise<T> {
  const { lock } = storePaths(layout.pluginPath);
  const waiting = () => warn('Another change to the plugins is under way; waiting for it');
  const interrupted = () => warn('Interrupted, nothing changed');
  return untilInterrupted(interrupted, () =>
    withMutex(lock, waiting, async () => {
      await recoverLocked(layout, warn);
      cleanStaging(layout, warn);
      return change();
    }),
  );
}

/**
 * Makes the plugins fit to be used while store/pending is there (DESIGN "A switch"): waits for a live change that is
 * renaming, lets one in its hook be, ends what a dead one left.
 * @param concerned the plugins that may be used; undefined for all. A user who may not write can still use the others
 * @throws UserError naming the command for the owner, or when the change does not end
 */
export async function settle(layout: Layout, concerned: readonly string[] | undefined, warn: (line: string) => void): Promise<void> {
  const paths = storePaths(layout.pluginPath);
  const started = Date.now();
  for (let pending = readPending(paths); pending; pending = readPending(paths)) {
    const alive = isAlive(pending.owner);
    if (alive && pending.phase === 'hook') return;
    if (!alive && pending.hook && isAlive(pending.hook)) return warn(hookStillRuns(pending).message);
    if (!alive && (await tryToRecover(layout, pending, concerned, warn)) === 'not mine') return;
    if (Date.now() - started > PATIENCE_MS) {
      throw new UserError('change-in-progress', `A change to the plugin ${pending.change.plugin} does not end (process ${pending.owner.pid})`, {
        hint: 'wait for it, or end that process',
      });
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

async function tryToRecover(
  layout: Layout,
  { change }: Pending,
  concerned: readonly string[] | undefined,
  warn: (line: string) => void,
): Promise<'tried' | 'not mine'> {
  try {
    await ifMutexFree(storePaths(layout.pluginPath).lock, () => recoverLocked(layout, warn));
    return 'tried';
  } catch (error) {
    if (!isUserError(error)) throw error;
    if (concerned?.includes(change.plugin) === false && !mayBeGuard(layout, change)) return 'not mine';
    throw new UserError('change-interrupted', `A change to the plugin ${change.plugin} was interrupted`, {
      hint: `the owner of ${layout.pluginPath} ends it with \`${layout.brand} plugin:list\``,
    });
  }
}

const mayBeGuard = (layout: Layout, { plugin, from, to }: Change): boolean => {
  const paths = storePaths(layout.pluginPath);
  const places = [join(layout.available, plugin), ...(to ? [to.tree] : []), ...(from ? [paths.generation(plugin, from.generation)] : [])];
  return existsSync(join(paths.guards, plugin)) || places.some(hasGuard);
};
