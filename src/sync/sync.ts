import { isDeepStrictEqual } from 'node:util';
import { errorLine, isUserError, UserError } from '../errors.ts';
import { isShipped, isUsers } from '../home/core-names.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { installedPlugins, isEnabled } from '../plugins/installed.ts';
import type { Source } from '../sources/kinds.ts';
import type { SourceRequest } from '../sources/request.ts';
import { isCopy, isExactHere, isSameElsewhere, meets, repositoryOf } from '../sources/source.ts';
import type { Staged } from '../sources/stage.ts';
import { dependentsOf, disablePlugin, enablePlugin, refuseWhileNeeded } from '../store/enabling.ts';
import { checkNewName } from '../store/new-name.ts';
import { isPinned, setPinned } from '../store/pins.ts';
import { type PlacingWorld, placePlugin } from '../store/place-plugin.ts';
import { currentReceipt, type Receipt } from '../store/receipts.ts';
import { withStoreMutex } from '../store/recover.ts';
import { takeAway } from '../store/take-away.ts';
import type { Declared } from './declared-plugins.ts';
import { grantingAs, refuseOtherHosts } from './locked-hosts.ts';
import { type Lock, type LockedPlugin, requestForLocked } from './lockfile.ts';

/** A plugin that a home is to have, and exactly which one where a lock says so. */
export interface Target {
  readonly name: string;
  readonly request: SourceRequest;
  readonly locked: LockedPlugin | undefined;
}

/** What a home is to be brought to. */
export interface SyncPlan {
  readonly layout: Layout;
  readonly targets: readonly Target[];
  /** Installed, and not asked for. */
  readonly extra: readonly string[];
}

/** What was done with one plugin, or would be. */
export interface SyncStep {
  readonly name: string;
  readonly step: 'kept' | 'installed' | 'updated' | 'enabled' | 'disabled' | 'pinned' | 'unpinned' | 'removed' | 'extra' | 'failed';
  readonly version?: string;
  readonly problem?: string;
}

/**
 * Decides what is wanted: what tool.toml asks for, as exactly as the lock has it; without such a section what the lock has.
 * @throws UserError when neither says anything, or when frozen and the lock does not have what is asked for
 */
export function planSync(layout: Layout, lock: Lock | undefined, declared: Declared | undefined, frozen: boolean): SyncPlan {
  const { brand } = layout;
  if (!lock && (frozen || !declared)) {
    throw new UserError('no-lock', 'There is no tool.lock', {
      hint: `write one with \`${brand} plugin:lock\` on a machine that has the right plugins`,
    });
  }
  const paths = storePaths(layout.pluginPath);
  const byName = new Map((lock ?? []).map((locked) => [locked.name, locked]));
  const targets: Target[] = declared
    ? [...declared].map(([name, request]) => {
        const locked = byName.get(name);
        return locked && meets(locked.source, request)
          ? { name, request: { ...requestForLocked(locked, paths), source: request.source }, locked }
          : { name, request, locked: undefined };
      })
    : [...byName.values()].map((locked) => ({ name: locked.name, request: requestForLocked(locked, paths), locked }));
  const inexact = targets.filter(({ locked }) => locked === undefined || !isExactHere(locked.source)).map(({ name }) => name);
  if (frozen && inexact.length > 0) {
    throw new UserError('lock-incomplete', `tool.lock has no exact version for: ${inexact.join(', ')}`, {
      hint: `run \`${brand} plugin:sync\` without --frozen, and keep the lock that it writes`,
    });
  }
  const wanted = new Set(targets.map(({ name }) => name));
  const extra = installedPlugins(layout).plugins.filter(({ name }) => !wanted.has(name) && !isShipped(layout, name));
  return { layout, targets, extra: extra.map(({ name }) => name) };
}

export interface SyncOptions {
  readonly frozen: boolean;
  readonly prune: boolean;
  /** Asked before any of these is taken away. */
  readonly mayPrune: (names: readonly string[]) => Promise<boolean>;
  readonly dryRun: boolean;
  /** Told each step as it is done. */
  readonly onStep: (step: SyncStep) => void;
}

/**
 * Brings a home to a plan, one whole change after another; what a plugin needs comes in front of it. Goes on after a failure.
 * @returns every step, failures included
 */
export async function sync(worldOf: (name: string) => PlacingWorld, plan: SyncPlan, options: SyncOptions): Promise<SyncStep[]> {
  const steps: SyncStep[] = [];
  const done = (step: SyncStep): void => {
    steps.push(step);
    options.onStep(step);
  };
  const begun = new Set<string>();
  const bring = async (target: Target): Promise<void> => {
    if (begun.has(target.name)) return;
    begun.add(target.name);
    try {
      for (const step of await bringOne(worldOf(target.name), target, options, async (names) => {
        for (const needed of plan.targets) if (names.includes(needed.name)) await bring(needed);
      }))
        done(step);
    } catch (error) {
      if (!isUserError(error)) throw error;
      done({ name: target.name, step: 'failed', problem: errorLine(error) });
    }
  };
  for (const target of plan.targets) await bring(target);
  const { store, byHand } = partitionExtra(plan.layout, plan.extra);
  for (const name of byHand) done({ name, step: 'extra' });
  const pruning = options.prune && store.length > 0 && (options.dryRun || (await options.mayPrune(store)));
  for (const name of pruning ? await neededLast(plan.layout, store) : store) {
    if (!pruning) done({ name, step: 'extra' });
    else {
      try {
        if (!options.dryRun) await remove(worldOf(name), name);
        done({ name, step: 'removed' });
      } catch (error) {
        if (!isUserError(error)) throw error;
        done({ name, step: 'failed', problem: errorLine(error) });
      }
    }
  }
  return steps;
}

/** Names in an order in which each can be taken away: what others of them need comes behind those. */
async function neededLast(layout: Layout, names: readonly string[]): Promise<string[]> {
  const dependents = new Map(await Promise.all(names.map(async (name) => [name, await dependentsOf(layout, name)] as const)));
  const left = new Set(names);
  const ordered: string[] = [];
  while (left.size > 0) {
    const free = [...left].filter((name) => !dependents.get(name)?.some((dependent) => left.has(dependent)));
    for (const name of free.length > 0 ? free : left) {
      ordered.push(name);
      left.delete(name);
    }
  }
  return ordered;
}

/** What somebody put there by hand is never taken away: there is nowhere to have it from again. */
function partitionExtra(layout: Layout, names: readonly string[]): { store: string[]; byHand: string[] } {
  const paths = storePaths(layout.pluginPath);
  const isStores = (name: string): boolean => currentReceipt(paths, name) !== undefined;
  return { store: names.filter(isStores), byHand: names.filter((name) => !isStores(name)) };
}

async function bringOne(
  world: PlacingWorld,
  { name, request, locked }: Target,
  { frozen, dryRun }: SyncOptions,
  bringNeeded: (names: readonly string[]) => Promise<void>,
): Promise<SyncStep[]> {
  const { layout } = world;
  const paths = storePaths(layout.pluginPath);
  const current = currentReceipt(paths, name);
  const there = isUsers(layout, name);
  if (there && !current)
    throw new UserError('plugin-already-installed', `Plugin ${name} is there already, put there by hand`, { hint: 'move it away and sync again' });
  const steps: SyncStep[] = [];
  const grantHosts = locked === undefined ? world.grantHosts : grantingAs(locked, frozen, world);
  // What is not looked at anywhere is not held to the signer of a lock either.
  const isHeld = frozen && world.trust !== undefined && world.trust.ofSigned.policy(locked && repositoryOf(locked.source)) !== 'off';
  if (there && current && isAsWanted(current, request, locked, isHeld)) {
    if (frozen && locked) refuseOtherHosts(locked, current.allowedHosts ?? [], layout.brand);
    steps.push(...(await adjust(world, name, locked, dryRun)));
  } else {
    if (!there) checkNewName(layout, name, 'give it another in [plugins]');
    const placed = await placePlugin(
      { ...world, grantHosts },
      {
        name,
        request,
        hooks: there ? ['install', 'update'] : ['install'],
        enabled: locked?.enabled,
        lockedSigner: locked?.signer,
        dryRun,
        isWanted: (staged, now) => {
          // Another sync may have been quicker.
          if (now && isAsWanted(now, request, locked, isHeld)) return false;
          if (isHeld && locked) refuseOtherSigner(name, locked, staged, layout.brand);
          if (staged.moved !== undefined) {
            if (frozen) throw new UserError('source-changed', staged.moved, { hint: 'ask its author why; to accept it, update the plugin and lock again' });
            world.warn(`${staged.moved}; the locked commit is used`);
          }
          if (locked && !isLockedTree(staged.source, staged.hash, locked) && !isSameElsewhere(locked.source, staged.source)) {
            throw new UserError(
              'source-changed',
              `What ${name} has at its source is not what is locked: its tree is ${short(staged.hash)}, not ${short(locked.hash)}`,
              {
                hint: 'ask its author why; to accept it, update the plugin and lock again',
              },
            );
          }
          return true;
        },
        onUnmet: (unmet) => bringNeeded(unmet.map((need) => need.name)),
      },
    );
    const receipt = placed.outcome === 'planned' ? placed.change.to?.receipt : placed.receipt;
    if (placed.outcome !== 'kept') steps.push({ name, step: there ? 'updated' : 'installed', version: receipt?.version ?? '' });
  }
  if (locked && locked.pinned !== isPinned(paths, name)) {
    if (!dryRun) await withStoreMutex(layout, world.warn, async () => setPinned(paths, name, locked.pinned));
    steps.push({ name, step: locked.pinned ? 'pinned' : 'unpinned' });
  }
  return steps.length > 0 ? steps : [{ name, step: 'kept', version: current?.version ?? '' }];
}

/** Whether a tree is that of a lock, which holds none of what is linked. */
const isLockedTree = (source: Source, hash: string, locked: LockedPlugin): boolean => !isCopy(source) || hash === locked.hash;

const short = (hash: string): string => hash.slice(0, 12);

/** @throws UserError where a tree is not signed by the key that a lock says has signed it */
function refuseOtherSigner(name: string, { signer }: LockedPlugin, { signature }: Staged, brand: string): void {
  const found = signature?.state === 'signed' ? signature.signer.key : undefined;
  if (signer === undefined || found === signer) return;
  const isUnknown = signature?.state === 'unknown signer';
  const what = found !== undefined ? `is signed by ${found}` : isUnknown ? `is signed by ${signature.key}, which is not trusted here` : 'is not signed';
  throw new UserError('signer-changed', `tool.lock says that ${name} is signed by ${signer}, and it ${what}`, {
    hint: isUnknown ? `trust that key with \`${brand} trust:add\`` : 'ask its author why; to accept it, update the plugin and lock again',
  });
}

/**
 * Whether what stands is what is wanted: the same bytes, asked for in the same words.
 * @param isHeld whether the signer of the lock matters
 */
function isAsWanted({ source, sourceHash, signer }: Receipt, request: SourceRequest, locked: LockedPlugin | undefined, isHeld: boolean): boolean {
  if (!locked) return meets(source, request);
  if (isHeld && locked.signer !== undefined && locked.signer !== signer) return false;
  return isSameElsewhere(locked.source, source) || (isLockedTree(source, sourceHash, locked) && isDeepStrictEqual(source, locked.source));
}

/** Enables or disables a plugin whose files are right. */
async function adjust(world: PlacingWorld, name: string, locked: LockedPlugin | undefined, dryRun: boolean): Promise<SyncStep[]> {
  const { layout, env, warn, asksGuard } = world;
  const enabled = isEnabled(layout, name);
  if (!locked || locked.enabled === enabled) return [];
  if (!dryRun)
    await withStoreMutex(layout, warn, async () => (locked.enabled ? enablePlugin(layout, name, env, warn, { asksGuard }) : disablePlugin(layout, name)));
  return [{ name, step: locked.enabled ? 'enabled' : 'disabled' }];
}

/** Takes a plugin away as plugin:uninstall does; its tree stays in the store. */
async function remove(world: PlacingWorld, name: string): Promise<void> {
  await withStoreMutex(world.layout, world.warn, async () => {
    await refuseWhileNeeded(world.layout, name, 'uninstall');
    await takeAway(world, name, false);
  });
}
