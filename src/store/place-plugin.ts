import type { Environment, Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import type { CoreCall } from '../plugins/core-calls.ts';
import { classify } from '../sources/classify.ts';
import type { AskWorld } from '../sources/kind.ts';
import type { Source } from '../sources/kinds.ts';
import type { SourceRequest } from '../sources/request.ts';
import { type Staged, type StageOptions, stage } from '../sources/stage.ts';
import { untilInterrupted } from '../system/interrupts.ts';
import { cleanStaging } from './generations.ts';
import type { Change } from './journal.ts';
import { currentReceipt, type Receipt } from './receipts.ts';
import type { Unmet } from './requirements.ts';
import { makeStaging, removeStaging } from './switch.ts';

/** A plugin that is to be put in place from its source. */
export interface Placing {
  readonly name: string;
  readonly request: SourceRequest;
  /** Of the plugin, in order; what it does not have is not run. */
  readonly hooks: readonly string[];
  /** Whether it is to be enabled; as it stands, and enabled where nothing stands, when this says nothing. */
  readonly enabled?: boolean | undefined;
  /** Whether it is enabled where nothing stands and `enabled` says nothing; it is, unless this is false. */
  readonly enabledWhenNew?: boolean;
  readonly dryRun: boolean;
  /** The key that a lock says has signed it: who signed what stands does not matter then. */
  readonly lockedSigner?: string | undefined;
  /** plugn's plugins need no plugin.toml: what is wrong with it is told. */
  readonly needsManifest?: boolean;
  /** What to do about a name that may not be taken; where nothing is said, to install it under another. */
  readonly nameHint?: string;
  /** Words what kept a source from being had, by throwing something else. */
  readonly onUnavailable?: (error: unknown) => never;
  /** What stands, where this very request brought it: if its source says that it would again, nothing is staged. */
  readonly standing?: Source | undefined;
  /** Looks at what has come and at what stands, under the lock. False leaves things as they are; a throw refuses. */
  readonly isWanted: (staged: Staged, current: Receipt | undefined) => boolean;
  /** The same under a name that only its files tell; undefined where the name stays. */
  readonly renamed?: (staged: Staged) => Placing | undefined;
  /** May bring what the plugin needs before it is put in place. */
  readonly onUnmet?: (unmet: readonly Unmet[]) => Promise<void>;
}

/** A plugin of which only its files say what it is called. */
export interface Unnamed extends Pick<Placing, 'request' | 'onUnavailable'> {
  readonly named: (staged: Staged) => Placing | Promise<Placing>;
}

/** The world that a plugin is put into. */
export interface PlacingWorld extends StageOptions {
  readonly layout: Layout;
  readonly env: Environment;
  readonly warn: (warning: string) => void;
  /** The descriptor that hooks print on; 2 where stdout is for data alone. */
  readonly hookStdout?: 1 | 2 | undefined;
  /** Whether a guard that is new here is asked about who brings it. */
  readonly asksGuard?: boolean | undefined;
  /** Whether another signer than that of what stands was said to be right. */
  readonly acceptsSigner?: boolean | undefined;
  /** May enable what a plugin calls on of Dokku's set, before the plugin is put in place. */
  readonly onCoreCalls?: (name: string, calls: readonly CoreCall[]) => Promise<void>;
}

/** What came of it. */
export type Placed =
  | { readonly outcome: 'kept'; readonly receipt: Receipt | undefined }
  | { readonly outcome: 'planned'; readonly change: Change; readonly hooks: readonly string[]; readonly before: Receipt | undefined }
  | { readonly outcome: 'placed'; readonly receipt: Receipt; readonly before: Receipt | undefined };

/**
 * Puts a plugin in place: stage, check, switch, hooks, commit. A hook that fails, or Ctrl-C, leaves what was there.
 * @throws UserError when it cannot be had, is refused, or a hook fails
 */
export async function placePlugin(world: PlacingWorld, placing: Placing | Unnamed): Promise<Placed> {
  const staging = makeStaging(world.layout);
  const { limits, listener, catalogues, plainHttp, getters, grantHosts, supply, warn } = world;
  const trust = 'named' in placing || !wasSigned(world.layout, placing) ? world.trust : world.trust?.ofSigned;
  const interrupted = (): void => {
    listener.onEnd?.();
    try {
      removeStaging(staging);
    } catch {
      // What git still writes there goes with the next change.
    }
    warn(`Interrupted, nothing changed: ${'named' in placing ? 'a plugin' : placing.name} was being fetched`);
  };
  try {
    return await untilInterrupted(interrupted, async () => {
      if (!('named' in placing) && (await isUnchanged(placing, { scratch: staging, catalogues, plainHttp, listener, trust }))) {
        // As every other end does: what processes that are gone have left is nobody's, lock or not.
        cleanStaging(world.layout, warn);
        return { outcome: 'kept', receipt: undefined };
      }
      const coming = stage(placing.request, staging, { limits, listener, catalogues, plainHttp, trust, getters, grantHosts, supply }).catch(
        placing.onUnavailable ?? raise,
      );
      const [staged, { placeStaged }] = await Promise.all([coming, loadedMeanwhile(world)]);
      return placeStaged(world, 'named' in placing ? await placing.named(staged) : (placing.renamed?.(staged) ?? placing), staged);
    });
  } finally {
    removeStaging(staging);
  }
}

const wasSigned = ({ pluginPath }: Layout, { name, lockedSigner }: Placing): boolean =>
  lockedSigner !== undefined || currentReceipt(storePaths(pluginPath), name)?.signer !== undefined;

const raise = (error: unknown): never => {
  throw error;
};

/** What comes behind staging takes 10 ms to load, in which git, once it is started, can work. */
async function loadedMeanwhile({ onCoreCalls }: PlacingWorld) {
  await new Promise((done) => setImmediate(done));
  await import('../system/tree-hash.ts');
  if (onCoreCalls) await import('../plugins/core-calls.ts');
  return import('./place-staged.ts');
}

/** Whether what stands needs no change; a spinner is then at its end, as there is nothing to stage. */
async function isUnchanged({ standing, request }: Placing, world: AskWorld & Pick<StageOptions, 'listener'>): Promise<boolean> {
  if (standing === undefined) return false;
  let goesOn = false;
  try {
    // An address from a receipt or a clone is held to the same rules as one that is typed.
    const { kind } = classify(request);
    goesOn = kind.name !== standing.kind || !(await kind.isUnchanged(standing, request, world));
    return !goesOn;
  } finally {
    if (!goesOn) world.listener.onEnd?.();
  }
}
