import { UserError } from '../../errors.ts';
import type { Layout } from '../../home/layout.ts';
import type { JsonObject } from '../../providers/definition/json-fields.ts';
import type { Provider } from '../../providers/definition/record.ts';
import { instanceIfThere, instanceNames, readInstance } from '../../providers/instances/instance.ts';
import type { ServeStatus } from '../../providers/instances/statuses.ts';
import { instanceFaults } from '../../providers/params/check-params.ts';
import type { KnownParams } from '../../providers/params/param.ts';
import type { ProviderPaths } from '../../providers/paths.ts';
import { askSupervisor, servingNow } from '../../providers/supervisor/control-client.ts';
import type { InstanceStatus } from '../../providers/supervisor/supervised.ts';
import { countProgress } from '../../terminal/count-progress.ts';
import type { Line } from '../../terminal/lines.ts';

/** @throws UserError where parameters are missing, or are not what their schemas say */
export async function refuseBadParams(instance: string, { definition }: Provider, params: JsonObject, known: KnownParams): Promise<void> {
  const faults = await instanceFaults(definition, params, known);
  if (faults.length > 0)
    throw new UserError('bad-parameters', `${instance} cannot be run with these parameters: ${faults.join('; ')}`, {
      hint: 'give them with --param NAME=VALUE',
    });
}

/** The instances that a line names. @throws UserError for none, and for one that there is not */
export function namedInstances(paths: ProviderPaths, words: readonly string[], all: boolean | undefined): string[] {
  if (all && words.length > 0) throw new UserError('conflicting-flags', 'Name instances or give --all, not both');
  if (!all && words.length === 0) throw new UserError('missing-argument', 'No instance is named', { hint: 'name one, or give --all' });
  return all ? instanceNames(paths) : [...new Set(words)].map((name) => readInstance(paths, name).name);
}

/**
 * Has the supervisor start, stop or restart instances; how far it is, is shown to whoever is at the terminal.
 * @returns how they are afterwards
 */
export async function haveInstances(
  verb: 'start' | 'stop' | 'restart',
  names: readonly string[],
  { paths, layout }: { paths: ProviderPaths; layout: Layout },
): Promise<readonly InstanceStatus[]> {
  const { brand } = layout;
  const progress = countProgress(verb === 'stop' ? 'Stopping' : 'Starting');
  const look = async (): Promise<void> => {
    const { instances } = await askSupervisor<ServeStatus>(paths, brand, 'GET /control/status');
    const waited = instances.filter(({ name }) => names.includes(name));
    const isThere = (state: string): boolean => (verb === 'stop' ? state === 'stopped' : state === 'running' || state === 'failed');
    progress.onCount(waited.filter(({ state }) => isThere(state)).length, names.length);
  };
  const timer = setInterval(() => void look().catch(() => {}), 200);
  try {
    return (await askSupervisor<{ instances: InstanceStatus[] }>(paths, brand, `POST /control/${verb}`, { names })).instances;
  } finally {
    clearInterval(timer);
    progress.onEnd();
  }
}

/** Restarts an instance whose parameters have changed, where it is to run and a supervisor does. */
export async function restartIfServed(name: string, world: { paths: ProviderPaths; layout: Layout }): Promise<InstanceStatus | undefined> {
  const { paths } = world;
  if (servingNow(paths) === undefined || !instanceIfThere(paths, name)?.wanted) return undefined;
  return (await haveInstances('restart', [name], world))[0];
}

/** How an instance is after it was to be started. */
export function stateLine({ name, state, errors }: InstanceStatus): Line {
  if (state === 'running') return { info: `Instance ${name} runs` };
  return { warning: `Instance ${name} is ${state}${errors.length === 0 ? '' : `: ${errors.join('; ')}`}` };
}
