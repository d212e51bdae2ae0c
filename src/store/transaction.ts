import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeConfigExports } from '../config/exports.ts';
import { UserError } from '../errors.ts';
import { fitCorePlugin } from '../home/core-links.ts';
import type { Environment, Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { isCopy } from '../sources/source.ts';
import { type Interrupts, withInterrupts } from '../system/interrupts.ts';
import { somethingAt } from '../system/links.ts';
import { identify, type ProcessIdentity } from '../system/processes.ts';
import { removeTree } from '../system/remove-tree.ts';
import type { DepthLimit, TreeEntry } from '../system/tree-hash.ts';
import { runHook } from '../triggers/run-hook.ts';
import { refuseChange } from './front-words.ts';
import { removeOldGenerations } from './generations.ts';
import { type Change, type Pending, removePending, writePending } from './journal.ts';
import { checkWords } from './new-name.ts';
import { setPinned } from './pins.ts';
import { commitReceipt, type Receipt, writeListing } from './receipts.ts';
import { TRANSACTION } from './refuse-nested.ts';
import { adopt, applySwitch, hasGuard, markHooks, undoSwitch } from './switch.ts';
import { tellChange } from './tell-change.ts';

export interface ChangeOptions {
  /** Hooks of the plugin, in order; for an uninstall they run before the switch, else behind it. */
  readonly hooks: readonly { readonly hook: string; readonly argv: readonly string[] }[];
  /** What the new tree holds before any hook, where that is known. */
  readonly entries?: readonly TreeEntry[];
  readonly warn: (warning: string) => void;
  /** The descriptor that hooks print on; 2 where stdout is for data alone. */
  readonly hookStdout?: 1 | 2 | undefined;
  /** Whether a guard that is new here is asked about who brings it. */
  readonly asksGuard?: boolean | undefined;
}

declare const TOOL_KILLABLE: boolean;

/** Dies at a step that a test names: how the fault tests reach every instant of a change. Only their own build can (test/support/killable.ts). */
function checkpoint(step: string): void {
  if (TOOL_KILLABLE && process.env.TOOL_TEST_KILL_AT === step) process.kill(process.pid, 'SIGKILL');
}

/**
 * Carries out a change (DESIGN "A switch"): journal, switch, hooks, commit. The caller holds the lock and has recovered.
 * A hook that fails, or a signal, brings back what was there; a death leaves the journal for the next command.
 * @returns the receipt, which says what the hooks left; undefined for an uninstall
 * @throws UserError with the hook's status
 */
export async function carryOut(
  layout: Layout,
  change: Change,
  { hooks, entries, warn, hookStdout = 1, asksGuard = false }: ChangeOptions,
  env: Environment,
): Promise<Receipt | undefined> {
  const paths = storePaths(layout.pluginPath);
  const owner = identify(process.pid) as ProcessIdentity;
  const journal = (phase: Pending['phase'], hook?: ProcessIdentity): void => writePending(paths, { phase, change, owner, ...(hook ? { hook } : {}) });
  return withInterrupts(`Interrupted when the change to ${change.plugin} was made already`, async (interrupts) => {
    let receipt: Receipt | undefined;
    const beforeStart = (child: ChildProcess): void => {
      interrupts.watch(child);
      journal('hook', child.pid === undefined ? undefined : identify(child.pid));
    };
    const place = join(layout.available, change.plugin);
    const stoodGuarded = change.from?.enabled === true && hasGuard(place);
    try {
      if (change.kind === 'uninstall') {
        journal('hook');
        checkpoint('adopting');
        // It stays enabled, as its hook may say no, and it may be a guard.
        if (change.adopt) adopt(layout, change.plugin, checkpoint);
        await runHooks(layout, change, hooks, { env, hookStdout, interrupts, beforeStart });
      }
      journal('renaming');
      checkpoint('journal written');
      // Before the switch: while a guard is on its way, its absence denies.
      if (change.to) markHooks(layout, change.plugin, change.to.tree, 'adding');
      applySwitch(layout, change, checkpoint);
      if (change.to) {
        for (const problem of writeConfigExports(layout.pluginPath, [change.plugin]).problems) warn(problem);
        // Without hooks the phase would last for no time, and each note of it is two waits for the disk.
        if (hooks.length > 0) journal('hook');
        checkpoint('hook phase');
        await runHooks(layout, change, hooks, { env, hookStdout, interrupts, beforeStart });
        // A hook may have built what may not be there.
        if (hooks.length > 0) {
          checkWords(layout, change.plugin, place);
          refuseChange(layout, change, env, 'in place');
        }
        if (asksGuard && change.to.enabled && !stoodGuarded && hasGuard(place)) {
          const { refuseLockout } = await import('./refuse-lockout.ts');
          await refuseLockout(layout, change.plugin, change.kind === 'install' ? 'was not installed' : 'is as it was', env, beforeStart);
        }
        checkpoint('hooks done');
        receipt = await recordTree(layout, change.plugin, change.to.receipt, hooks.length > 0 ? undefined : entries);
      }
    } catch (error) {
      undo(layout, change);
      throw error;
    }
    checkpoint('before commit');
    commitReceipt(paths, change.plugin, receipt);
    checkpoint('committed');
    await tidyUp(layout, change, warn);
    return receipt;
  });
}

interface HookWorld {
  readonly env: Environment;
  readonly hookStdout: 1 | 2;
  readonly interrupts: Interrupts;
  readonly beforeStart: (child: ChildProcess) => void;
}

async function runHooks(layout: Layout, { plugin, kind }: Change, hooks: ChangeOptions['hooks'], world: HookWorld): Promise<void> {
  const { env, hookStdout, interrupts, beforeStart } = world;
  for (const { hook, argv } of hooks) {
    const status = await runHook(
      layout,
      {
        plugin,
        hook,
        argv,
        stdout: hookStdout,
        beforeStart,
      },
      { ...env, [TRANSACTION]: plugin },
    );
    checkpoint(`${hook} hook ended`);
    const outcome = kind === 'install' ? 'was not installed' : kind === 'uninstall' ? 'stays' : 'is as it was';
    if (interrupts.signal) throw new UserError('hook-interrupted', `Interrupted in the ${hook} hook of ${plugin}, nothing changed: the plugin ${outcome}`);
    if (status !== 0) {
      const hint = `\`${layout.brand} plugin:uninstall ${plugin} --skip-uninstall-trigger\` leaves its hook out`;
      throw new UserError('hook-failed', `The ${hook} hook of ${plugin} ended with status ${status}; the plugin ${outcome}`, {
        status,
        ...(kind === 'uninstall' ? { hint } : {}),
      });
    }
  }
}

/** Writes down what stands in available/ now. A tree without hooks holds what was staged; a link's is its owner's. */
async function recordTree(layout: Layout, plugin: string, receipt: Receipt, staged: readonly TreeEntry[] | undefined): Promise<Receipt> {
  if (!isCopy(receipt.source)) return receipt;
  const { readTree, treeHash, treeListing } = await import('../system/tree-hash.ts');
  const entries = staged ?? readTree(join(layout.available, plugin), await hooksLimit(layout, plugin));
  writeListing(storePaths(layout.pluginPath), receipt, treeListing(entries));
  return { ...receipt, installedHash: treeHash(entries) };
}

/** How deep a tree may be that hooks have worked on: as deep as one that comes from a source. */
async function hooksLimit({ home }: Layout, plugin: string): Promise<DepthLimit> {
  const { depthLimit, DEPTH_HINT } = await import('../plugins/depth-limit.ts');
  const refuse = (what: string): never => {
    throw new UserError('source-refused', `The directory of ${plugin} cannot be kept as it is now: ${what}`, { hint: DEPTH_HINT });
  };
  return { depth: depthLimit(home), refuse };
}

/** What is left to do of a change that is committed: a death in it is made good by doing it again. */
export async function tidyUp(layout: Layout, change: Change, warn: (warning: string) => void): Promise<void> {
  fitCorePlugin(layout, change.plugin);
  tellChange(layout, change);
  // An uninstall that came back would be carried out on what was installed since.
  removePending(storePaths(layout.pluginPath), change.to === null);
  if (!change.to) {
    setPinned(storePaths(layout.pluginPath), change.plugin, false);
    // Of a plugin that is not there it takes the file away.
    writeConfigExports(layout.pluginPath, [change.plugin]);
  }
  checkpoint('journal removed');
  markHooks(layout, change.plugin, change.to === null ? undefined : join(layout.available, change.plugin));
  removeOldGenerations(layout, change.plugin);
  if (change.from && somethingAt(join(storePaths(layout.pluginPath).generation(change.plugin, change.from.generation), '.git'))) {
    await (await import('./drop-repositories.ts')).dropRepositories(layout, change.plugin, change.from.generation, warn);
  }
}

/** Brings back what was there, then forgets the journal; may be cut anywhere and begun again. */
export function undo(layout: Layout, change: Change): void {
  const paths = storePaths(layout.pluginPath);
  undoSwitch(layout, change);
  fitCorePlugin(layout, change.plugin);
  checkpoint('undone');
  // What the new tree declared was exported already, in a file that is newer than the old tree's manifest.
  if (change.from?.enabled && change.to) writeConfigExports(layout.pluginPath, [change.plugin]);
  removePending(paths, true);
  const place = join(layout.available, change.plugin);
  markHooks(layout, change.plugin, existsSync(place) ? place : undefined);
  if (change.to && !change.to.kept) removeTree(change.to.tree);
}
