import { UserError } from '../../errors.ts';
import { noteWanted } from '../../providers/instances/note-wanted.ts';
import { providerPaths } from '../../providers/paths.ts';
import { servingNow } from '../../providers/supervisor/control-client.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { haveInstances, namedInstances, stateLine } from './change.ts';

/** What the three commands are given alike. */
type VerbContext = Pick<CommandContext<'instance:start'>, 'layout' | 'env' | 'args' | 'options' | 'warn'>;

/** Starts, stops or restarts the instances that a line names, and notes whether they are to run. @throws UserError where no supervisor runs, but for a stop */
export async function runVerb(verb: 'start' | 'stop' | 'restart', { layout, env, args, options, warn }: VerbContext): Promise<Outcome> {
  refuseNested(env);
  const paths = providerPaths(layout.home);
  const names = namedInstances(paths, args, options.all);
  const isServed = servingNow(paths) !== undefined;
  if (!isServed && verb !== 'stop') throw new UserError('not-serving', 'The supervisor does not run', { hint: `start it with \`${layout.brand} serve\`` });
  await noteWanted(paths, names, verb !== 'stop', warn);
  if (!isServed)
    return {
      data: names.map((name) => ({ name, state: 'stopped' })),
      lines: () => names.map((name) => ({ info: `Instance ${name} is not started with the supervisor` })),
    };
  const found = await haveInstances(verb, names, { paths, layout });
  const wrong = found.filter(({ state }) => (verb === 'stop' ? state !== 'stopped' : state !== 'running'));
  const failure =
    wrong.length === 0
      ? undefined
      : new UserError('instance-failed', `Not ${verb === 'stop' ? 'stopped' : 'running'}: ${wrong.map(({ name }) => name).join(', ')}`, {
          hint: `see why with instance:logs ${wrong[0]?.name}`,
        });
  return {
    data: found,
    lines: () => found.map((status) => (verb === 'stop' && status.state === 'stopped' ? { info: `Instance ${status.name} stopped` } : stateLine(status))),
    failure,
  };
}
