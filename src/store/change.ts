import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Environment, Layout } from '../plugins/layout.ts';
import { type Interrupts, withInterrupts } from '../system/interrupts.ts';
import { identify, type ProcessIdentity } from '../system/processes.ts';
import { runHook } from '../triggers/run-hook.ts';
import { writeConfigExports } from './config-exports.ts';
import { type Change, type Pending, removePending, writePending } from './pending.ts';
import { prune } from './prune.ts';
import { commitReceipt } from './receipts.ts';
import { storePaths } from './store-paths.ts';
import { applySwitch, hasGuard, markGuard, undoSwitch } from './switch.ts';

export interface ChangeOptions {
  /** Hooks of the plugin, in order; for an uninstall they run before the switch, else behind it. */
  readonly hooks: readonly { readonly hook: string; readonly argv: readonly string[] }[];
  readonly say: (warning: string) => void;
}

/** The name under which a hook's own commands learn that a change is under way around them. */
export const TRANSACTION = 'TOOL_TRANSACTION';

/** Dies at a step that a test names: how the fault tests reach every instant of a change. */
function checkpoint(step: string): void {
  if (process.env.TOOL_TEST_KILL_AT === step) process.kill(process.pid, 'SIGKILL');
}

/** @throws UserError REFUSED inside a hook of another change */
export function refuseNested(env: Environment): void {
  const plugin = env[TRANSACTION];
  if (plugin)
    throw new UserError('REFUSED', `Plugins cannot be changed from a hook of ${plugin} while it is being changed`, { hint: 'do it when the change is over' });
}

/**
 * Carries out a change (DESIGN "A switch"): journal, switch, hooks, commit. The caller holds the lock and has recovered.
 * A hook that fails, or a signal, brings back what was there; a death leaves the journal for the next command.
 * @throws UserError with the hook's status
 */
export async function carryOut(layout: Layout, change: Change, { hooks, say }: ChangeOptions, env: Environment): Promise<void> {
  const paths = storePaths(layout.pluginPath);
  const owner = identify(process.pid) as ProcessIdentity;
  const journal = (phase: Pending['phase'], hook?: ProcessIdentity): void => writePending(paths, { phase, change, owner, ...(hook ? { hook } : {}) });
  await withInterrupts(async (interrupts) => {
    try {
      if (change.kind === 'uninstall') {
        journal('hook');
        await runHooks(layout, change, hooks, { env, say, interrupts, journal });
      }
      journal('renaming');
      checkpoint('journal written');
      // Before the switch: while a guard is on its way, its absence denies.
      if (change.to && hasGuard(change.to.tree)) markGuard(layout, change.plugin, true);
      applySwitch(layout, change, checkpoint);
      if (change.to) {
        writeConfigExports(layout.pluginPath, [change.plugin]);
        // Without hooks the phase would last for no time, and each note of it is two waits for the disk.
        if (hooks.length > 0) journal('hook');
        checkpoint('hook phase');
        await runHooks(layout, change, hooks, { env, say, interrupts, journal });
        checkpoint('hooks done');
      }
    } catch (error) {
      undo(layout, change);
      throw error;
    }
    checkpoint('before commit');
    commit(layout, change);
  });
}

interface HookWorld {
  readonly env: Environment;
  readonly say: (warning: string) => void;
  readonly interrupts: Interrupts;
  readonly journal: (phase: 'hook', hook?: ProcessIdentity) => void;
}

async function runHooks(layout: Layout, { plugin, kind }: Change, hooks: ChangeOptions['hooks'], { env, say, interrupts, journal }: HookWorld): Promise<void> {
  for (const { hook, argv } of hooks) {
    const { status, skipped } = await runHook(
      layout,
      {
        plugin,
        hook,
        argv,
        beforeStart: (child) => {
          interrupts.watch(child);
          journal('hook', child.pid === undefined ? undefined : identify(child.pid));
        },
      },
      { ...env, [TRANSACTION]: plugin },
    );
    checkpoint(`${hook} hook ended`);
    if (skipped) say(skipped);
    const outcome = kind === 'install' ? 'was not installed' : kind === 'uninstall' ? 'stays' : 'is as it was';
    if (interrupts.signal) throw new UserError('REFUSED', `Interrupted in the ${hook} hook of ${plugin}; the plugin ${outcome}`);
    if (status !== 0) throw new UserError('REFUSED', `The ${hook} hook of ${plugin} ended with status ${status}; the plugin ${outcome}`, { status });
  }
}

/** From its first line on the change is done: a death behind it is only tidied up. */
export function commit(layout: Layout, change: Change): void {
  const paths = storePaths(layout.pluginPath);
  commitReceipt(paths, change.plugin, change.to?.receipt);
  checkpoint('committed');
  removePending(paths);
  checkpoint('journal removed');
  markGuard(layout, change.plugin, change.to !== null && hasGuard(join(layout.available, change.plugin)));
  prune(layout, change.plugin);
}

/** Brings back what was there, then forgets the journal; may be cut anywhere and begun again. */
export function undo(layout: Layout, change: Change): void {
  const paths = storePaths(layout.pluginPath);
  undoSwitch(layout, change);
  checkpoint('undone');
  removePending(paths);
  const place = join(layout.available, change.plugin);
  markGuard(layout, change.plugin, existsSync(place) && hasGuard(place));
  if (change.to && !change.to.kept) rmSync(change.to.tree, { recursive: true, force: true });
}
