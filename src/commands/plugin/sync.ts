import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { type Declared, declaredPlugins } from '../../sync/declared-plugins.ts';
import { type Lock, lockOf, lockPath, readLock, renderLock, writeLock } from '../../sync/lockfile.ts';
import { planSync, type SyncPlan, type SyncStep, sync } from '../../sync/sync.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { canAsk, confirm } from '../../terminal/confirm.ts';
import { logInfo, logWarn, print, printJson } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { placingWorld } from './placing-world.ts';

/** Brings the plugins to what tool.toml asks for and tool.lock has exactly. */
export async function run({ layout, env, options }: CommandContext): Promise<number> {
  refuseNested(env);
  const file = typeof options.file === 'string' ? resolve(options.file) : lockPath(layout);
  const lock = readLock(file);
  // What a dead command left is ended, and tidied up, before anybody looks at what is there.
  if (!options.dryRun) await withStoreMutex(layout, logWarn, async () => {});
  const declared = declaredPlugins(layout.home);
  const [frozen, dryRun, json] = [options.frozen === true, options.dryRun === true, options.format === 'json'];
  const plan = planSync(layout, lock, declared, frozen);
  const steps = await sync((name) => placingWorld({ layout, env, options }, name), plan, {
    frozen,
    dryRun,
    prune: options.prune === true,
    mayPrune: (names) => mayPrune(names, env.DOKKU_APPS_FORCE_DELETE === '1', json),
    onStep: (step) => {
      if (!json) tell(step, dryRun, layout.brand);
    },
  });
  if (declared && !frozen && !dryRun) await withStoreMutex(layout, logWarn, async () => writeLockFor(file, plan, declared, lock, lockOf(layout).lock));
  if (json) printJson(steps);
  const failed = steps.filter(({ step }) => step === 'failed').map(({ name }) => name);
  if (failed.length > 0) throw new UserError('REFUSED', `${failed.length} of ${plan.targets.length} plugins are not as they should be: ${failed.join(', ')}`);
  if (!json && steps.every(({ step }) => step === 'kept' || step === 'extra')) logInfo(`${plan.targets.length} plugins are as they should be`);
  return 0;
}

/** Says what is about to be taken away, and asks where there is somebody to ask. */
async function mayPrune(names: readonly string[], isForced: boolean, json: boolean): Promise<boolean> {
  if (!isForced && canAsk()) return confirm(`Uninstall what is not asked for: ${names.join(', ')}?`);
  if (!json) logInfo(`Uninstalling what is not asked for: ${names.join(', ')}`);
  return true;
}

/** The lock of what was asked for: as it is installed now, or as it was locked where bringing it failed. */
function writeLockFor(file: string, { targets }: SyncPlan, declared: Declared, before: Lock | undefined, installed: Lock): void {
  const names = new Set(targets.map(({ name }) => name));
  const now = new Map(
    [...(before ?? []).filter(({ name }) => declared.has(name)), ...installed.filter(({ name }) => names.has(name))].map((one) => [one.name, one]),
  );
  const lock = [...now.values()];
  if (!before || renderLock(before) !== renderLock(lock)) writeLock(file, lock);
}

const DONE: Readonly<Record<Exclude<SyncStep['step'], 'kept' | 'extra' | 'failed'>, readonly [done: string, wouldBe: string]>> = {
  installed: ['installed', 'install'],
  updated: ['updated', 'update'],
  enabled: ['enabled', 'enable'],
  disabled: ['disabled', 'disable'],
  pinned: ['pinned', 'pin'],
  unpinned: ['unpinned', 'unpin'],
  removed: ['uninstalled', 'uninstall'],
};

function tell({ name, step, version, problem }: SyncStep, dryRun: boolean, brand: string): void {
  if (step === 'kept') return;
  if (step === 'failed') {
    logWarn(problem ?? name);
    return;
  }
  if (step === 'extra') {
    logWarn(`${name} is installed and not asked for; \`${brand} plugin:sync --prune\` takes away what was installed from a source`);
    return;
  }
  const [done, wouldBe] = DONE[step];
  const what = version ? `${name} ${harmlessLine(version)}` : name;
  if (dryRun) print(`would ${wouldBe} ${what}`);
  else logInfo(`Plugin ${what} ${done}`);
}
