import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AddonStep, addonDirectory } from '../../addons/plan-packages.ts';
import { errorLine, isUserError, UserError } from '../../errors.ts';
import { checkNewName } from '../../store/new-name.ts';
import { type Placed, type PlacingWorld, placePlugin } from '../../store/place-plugin.ts';
import type { Receipt } from '../../store/receipts.ts';
import { writtenReceipt } from '../../store/receipts.ts';
import { childEnvironment, runChild } from '../../system/child.ts';
import { removeTree } from '../../system/remove-tree.ts';
import type { CommandContext } from '../command.ts';
import { placingWorld } from '../plugin/placing-world.ts';

type Context = CommandContext<'addon:install'> | CommandContext<'addon:apply'>;

/** What is done, and what add-ons are told. */
export interface PackagesWish {
  readonly steps: readonly AddonStep[];
  /** Assignments of a shell, for one add-on. */
  readonly variablesOf: (addon: string) => string;
}

/** What became of one add-on. */
export interface AddonDone extends Omit<AddonStep, 'action' | 'request'> {
  readonly action: AddonStep['action'] | 'failed';
  readonly receipt?: Receipt | undefined;
  readonly problem?: string;
}

/** Steps as programs are told of them. */
export const stepFacts = ({ receipt, ...done }: AddonDone): object => ({ ...done, ...(receipt ? { receipt: writtenReceipt(receipt) } : {}) });

/**
 * Installs add-ons, each a change of its own; stops at the first that fails, as those behind it may need it. An add-on that stands as it is wanted is told so
 * by its function NAME_already_applied. Where anything was changed, NAME_outro of all is called in the end.
 * @returns what was done, and what failed
 */
export async function placePackages(context: Context, { steps, variablesOf }: PackagesWish): Promise<{ done: AddonDone[]; failure?: UserError }> {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-addons-'));
  const done: AddonDone[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      const { request, ...facts } = step;
      try {
        done.push({ ...facts, ...(await carryOutStep(context, step, { scratch, variablesOf, count: `${index + 1} of ${steps.length}` })) });
      } catch (error) {
        if (!isUserError(error) || steps.length === 1) throw error;
        done.push({ ...facts, action: 'failed', problem: errorLine(error) });
        const left = steps.slice(index + 1).map(({ addon }) => addon);
        const rest = left.length === 0 ? '' : `; not looked at: ${left.join(', ')}`;
        return {
          done,
          failure: new UserError(error.code, `${step.addon}: ${error.message}${rest}`, {
            ...(error.hint === undefined ? {} : { hint: error.hint }),
            status: error.status,
            cause: error,
          }),
        };
      }
    }
    if (done.some(({ action }) => action === 'install' || action === 'update')) for (const step of steps) await callPhase(context, step, 'outro');
    return { done };
  } finally {
    removeTree(scratch);
  }
}

interface StepWorld {
  readonly scratch: string;
  readonly variablesOf: PackagesWish['variablesOf'];
  readonly count: string;
}

async function carryOutStep(context: Context, step: AddonStep, { scratch, variablesOf, count }: StepWorld): Promise<Pick<AddonDone, 'action' | 'receipt'>> {
  const { addon, version, action } = step;
  if (action === 'pinned') {
    context.warn(`${addon} is pinned at ${step.from}; \`${context.layout.brand} plugin:unpin ${addon}\` lets it go on to ${version}`);
    return { action };
  }
  if (action === 'unchanged') {
    context.progress({ info: `${addon} ${version} is applied already` });
    await callPhase(context, step, 'already_applied');
    return { action };
  }
  context.progress({ info: `Add-on ${addon} ${version} (${count})` });
  const file = join(scratch, `variables-${addon}`);
  writeFileSync(file, variablesOf(addon), { mode: 0o600 });
  const placed = await placeAddon(context, step, file);
  const { outcome } = placed;
  if (outcome !== 'placed') return { action: 'unchanged' };
  return { action, receipt: placed.receipt };
}

function placeAddon(context: Context, { addon, request }: AddonStep, variables: string): Promise<Placed> {
  const { layout, env, options } = context;
  const hint = 'an add-on is a plugin of its name';
  checkNewName(layout, addon, hint);
  // As plugin:install puts plugins in place, but for what only plugins of Dokku's and modules are asked.
  const { onCoreCalls: _, ...world }: PlacingWorld = placingWorld(
    { ...context, args: [[request.source]], options: { verify: options.verify, acceptSigner: options.acceptSigner, offline: options.offline } } as never,
    addon,
  );
  return placePlugin(
    { ...world, env: { ...env, ADDON_VARIABLES_FILE: variables } },
    {
      name: addon,
      request,
      hooks: ['install'],
      dryRun: false,
      nameHint: hint,
      isWanted: (_staged, current) => {
        if (current === undefined || current.source.kind === 'addon' || options.replace) return true;
        throw new UserError('plugin-already-installed', `A plugin ${addon} is installed that is no add-on`, {
          hint: '--replace takes its place and keeps it for a rollback',
        });
      },
    },
  );
}

/** Calls the function of an add-on for a phase, where it has one. @throws UserError where it fails */
async function callPhase({ layout, env, hookStdout }: Context, { addon, version }: AddonStep, phase: 'already_applied' | 'outro'): Promise<void> {
  const words = [join(layout.packagePath, 'plugins/addon/run-phases'), addonDirectory(layout, addon), addon, version, phase];
  const { status } = await runChild('bash', words, { env: childEnvironment(env), output: hookStdout === 1 ? 'inherit' : 'inherit-to-stderr' });
  if (status === 0) return;
  throw new UserError('hook-failed', `${addon}_${phase} ended with status ${status}; the add-on stays as it is`, {
    status,
    hint: `the function is in install.sh of ${addon}`,
  });
}
