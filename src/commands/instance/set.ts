import { UserError } from '../../errors.ts';
import { readInstance } from '../../providers/instances/instance.ts';
import { readParams } from '../../providers/params/read-words.ts';
import { providerPaths } from '../../providers/paths.ts';
import { Inventory } from '../../providers/supervisor/inventory.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changeParams } from './change-params.ts';

/** Changes parameters of an instance. */
export async function run({ layout, env, args: [name], options, warn }: CommandContext<'instance:set'>): Promise<Outcome> {
  refuseNested(env);
  const paths = providerPaths(layout.home);
  const { provider } = readInstance(paths, name);
  const given = readParams(options.param ?? [], options.paramsFile, new Inventory(paths).known(provider));
  if (Object.keys(given).length === 0) throw new UserError('missing-flag', 'No parameter is given', { hint: 'give --param NAME=VALUE or --params-file FILE' });
  return changeParams({ paths, layout, warn, isDry: options.dryRun === true }, name, (params) => ({ ...params, ...given }));
}
