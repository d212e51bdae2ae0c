import { UserError } from '../../errors.ts';
import { readInstance } from '../../providers/instances/instance.ts';
import { providerPaths } from '../../providers/paths.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { hintFor } from '../../system/name-hint.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { changeParams } from './change-params.ts';

/** Removes parameters of an instance. */
export async function run({ layout, env, args: [name, ...words], options, warn }: CommandContext<'instance:unset'>): Promise<Outcome> {
  refuseNested(env);
  const paths = providerPaths(layout.home);
  const { params } = readInstance(paths, name);
  const missing = words.find((word) => !Object.hasOwn(params, word));
  if (missing !== undefined)
    throw new UserError('not-configured', `${name} has no parameter ${missing}`, hintFor(missing, Object.keys(params), `see them with instance:show ${name}`));
  return changeParams({ paths, layout, warn, isDry: options.dryRun === true }, name, (all) =>
    Object.fromEntries(Object.entries(all).filter(([one]) => !words.includes(one))),
  );
}
