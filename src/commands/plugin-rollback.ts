import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isCore, isFile } from '../plugins/layout.ts';
import { isPluginName } from '../plugins/names.ts';
import { carryOut } from '../store/change.ts';
import { planRollback } from '../store/plan-change.ts';
import { changingPlugins } from '../store/recover.ts';
import { refuseNested } from '../store/refuse-nested.ts';
import { harmlessLine } from '../system/harmless.ts';
import { logWarn } from '../terminal/log.ts';
import type { CommandContext } from './command-spec.ts';
import { hookStdout } from './placing-world.ts';
import { tellDone, tellPlan } from './tell-change.ts';

/** Brings back the tree of a previous generation and runs its install hook; works for an uninstalled plugin as well. */
export async function run({ layout, env, args: [name = ''], options }: CommandContext): Promise<number> {
  if (!isPluginName(name)) throw new UserError('REFUSED', 'Invalid plugin name specified');
  if (isCore(layout, name))
    throw new UserError('REFUSED', `Core plugins come with ${layout.brand}`, { hint: `install the ${layout.brand} that has the one you want` });
  refuseNested(env);
  const wanted = options.to === undefined ? undefined : Number(options.to);
  if (wanted !== undefined && !Number.isSafeInteger(wanted)) throw new UserError('BAD_USAGE', `--to takes the number of a generation, not "${options.to}"`);
  return changingPlugins(layout, logWarn, async () => {
    const change = planRollback(layout, name, wanted);
    const hooks = change.to && isFile(join(change.to.tree, 'install')) ? [{ hook: 'install', argv: [] }] : [];
    const { generation, version: asWritten = '' } = change.to?.receipt ?? {};
    const version = harmlessLine(asWritten);
    if (options.dryRun) {
      return tellPlan(options, name, [`bring back generation ${generation} of ${name} (${version})`, ...hooks.map(({ hook }) => `run its ${hook} hook`)]);
    }
    const receipt = await carryOut(layout, change, { hooks, say: logWarn, hookStdout: hookStdout(options), asksGuard: options.skipGuardCheck !== true }, env);
    return tellDone(options, { name, changed: true, receipt }, `Plugin ${name} is back at generation ${generation} (${version})`);
  });
}
