import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isShipped } from '../../home/core-names.ts';
import { isCore, isFile } from '../../home/layout.ts';
import { isPluginName } from '../../home/names.ts';
import { refuseChange } from '../../store/front-words.ts';
import { keptGenerations } from '../../store/generations.ts';
import { planRollback } from '../../store/plan-change.ts';
import { writtenReceipt } from '../../store/receipts.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { carryOut } from '../../store/transaction.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changed, planned } from './change-outcome.ts';

/** Brings back the tree of a previous generation and runs its install hook; works for an uninstalled plugin as well. */
export async function run({ layout, env, args: [name], options, warn, hookStdout }: CommandContext<'plugin:rollback'>): Promise<Outcome> {
  if (!isPluginName(name)) throw new UserError('bad-plugin-name', 'Invalid plugin name specified');
  if (isCore(layout, name) || (isShipped(layout, name) && keptGenerations(layout, name).length === 0))
    throw new UserError('core-plugin', `Core plugins come with ${layout.brand}`, { hint: `install the ${layout.brand} that has the one you want` });
  refuseNested(env);
  const wanted = options.to === undefined ? undefined : Number(options.to);
  if (wanted !== undefined && !Number.isSafeInteger(wanted)) throw new UserError('bad-value', `--to takes the number of a generation, not "${options.to}"`);
  return withStoreMutex(layout, warn, async () => {
    const change = planRollback(layout, name, wanted);
    refuseChange(layout, change, env);
    const hooks = change.to && isFile(join(change.to.tree, 'install')) ? [{ hook: 'install', argv: [] }] : [];
    const { generation, version: asWritten = '' } = change.to?.receipt ?? {};
    const version = harmlessLine(asWritten);
    if (options.dryRun) {
      return planned(name, [`bring back generation ${generation} of ${name} (${version})`, ...hooks.map(({ hook }) => `run its ${hook} hook`)]);
    }
    const receipt = await carryOut(layout, change, { hooks, warn, hookStdout, asksGuard: options.skipGuardCheck !== true }, env);
    return changed({ name, changed: true, receipt: receipt && writtenReceipt(receipt) }, `Plugin ${name} is back at generation ${generation} (${version})`);
  });
}
