import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { lockPath } from '../../home/store-paths.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { type Declared, declaredPlugins } from '../../sync/declared-plugins.ts';
import { asLocked, type Lock, lockOf, readLock, renderLock, writeLock } from '../../sync/lockfile.ts';
import { planSync, type SyncPlan, sync } from '../../sync/sync.ts';
import { canAsk, confirm } from '../../terminal/confirm.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { placingWorld } from './placing-world.ts';
import { stepLine } from './sync-lines.ts';

/** Brings the plugins to what tool.toml asks for and tool.lock has exactly. */
export async function run(context: CommandContext<'plugin:sync'>): Promise<Outcome> {
  const { layout, env, options, progress, warn } = context;
  refuseNested(env);
  const file = options.file === undefined ? lockPath(layout) : resolve(options.file);
  const lock = readLock(file);
  // What a dead command left is ended, and tidied up, before anybody looks at what is there.
  if (!options.dryRun) await withStoreMutex(layout, warn, async () => {});
  const declared = declaredPlugins(layout.home);
  const [frozen, dryRun] = [options.frozen === true, options.dryRun === true];
  const plan = planSync(layout, lock, declared, frozen);
  const steps = await sync((name) => placingWorld(context, name), plan, {
    frozen,
    dryRun,
    prune: options.prune === true,
    mayPrune: (names) => mayPrune(names, context),
    onStep: (step) => {
      const line = stepLine(step, dryRun, layout.brand);
      if (line !== undefined) progress(line);
    },
  });
  if (declared && !frozen && !dryRun) await withStoreMutex(layout, warn, async () => writeLockFor(file, plan, declared, lock, lockOf(layout).lock));
  const failed = steps.filter(({ step }) => step === 'failed').map(({ name }) => name);
  const isAsItShouldBe = steps.every(({ step }) => step === 'kept' || step === 'extra');
  return {
    data: steps,
    lines: () =>
      isAsItShouldBe ? [{ info: plan.targets.length === 1 ? '1 plugin is as it should be' : `${plan.targets.length} plugins are as they should be` }] : [],
    failure: failed.length > 0 ? new UserError('some-failed', `${failed.length} of ${plan.targets.length} plugins failed: ${failed.join(', ')}`) : undefined,
  };
}

/** Says what is about to be taken away, and asks where there is somebody to ask. */
async function mayPrune(names: readonly string[], { env, progress }: CommandContext<'plugin:sync'>): Promise<boolean> {
  if (env.DOKKU_APPS_FORCE_DELETE !== '1' && canAsk()) return confirm(`Uninstall what is not asked for: ${names.join(', ')}?`);
  progress({ info: `Uninstalling what is not asked for: ${names.join(', ')}` });
  return true;
}

/** The lock of what was asked for: as it is installed now, or as it was locked where bringing it failed. */
function writeLockFor(file: string, { targets }: SyncPlan, declared: Declared, before: Lock | undefined, installed: Lock): void {
  const names = new Set(targets.map(({ name }) => name));
  const was = new Map((before ?? []).map((one) => [one.name, one]));
  const now = new Map(
    [
      ...(before ?? []).filter(({ name }) => declared.has(name)),
      ...installed.filter(({ name }) => names.has(name)).map((one) => asLocked(was.get(one.name) ?? one, one)),
    ].map((one) => [one.name, one]),
  );
  const lock = [...now.values()];
  if (!before || renderLock(before) !== renderLock(lock)) writeLock(file, lock);
}
