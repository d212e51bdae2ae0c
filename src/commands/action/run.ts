import { UserError } from '../../errors.ts';
import type { ActionRequest, ActionResult } from '../../providers/actions/actions.ts';
import { instanceIfThere } from '../../providers/instances/instance.ts';
import { errorText } from '../../providers/models.ts';
import { isObjectKey } from '../../providers/objects/object-store.ts';
import { readFile, readParams } from '../../providers/params/read-words.ts';
import { type ProviderPaths, providerPaths } from '../../providers/paths.ts';
import { askSupervisor, servingNow } from '../../providers/supervisor/control-client.ts';
import { Inventory } from '../../providers/supervisor/inventory.ts';
import { serveSettings } from '../../providers/supervisor/settings.ts';
import { readDuration } from '../../system/duration.ts';
import { VERSION } from '../../version.ts';
import type { CommandContext, Outcome } from '../command.ts';

type Context = CommandContext<'action:run'>;

/** Runs an action and prints its result: by the supervisor, or where none runs and it may be, by an instance that is started for it. */
export async function run(context: Context): Promise<Outcome> {
  const { layout, env, options } = context;
  const paths = providerPaths(layout.home);
  const request = requestOf(context, paths);
  if (servingNow(paths) !== undefined) return outcomeOf(await askSupervisor<ActionResult>(paths, layout.brand, 'POST /control/run-action', request), request);
  if (!options.oneshot)
    throw new UserError('not-serving', 'The supervisor does not run', { hint: `start it with \`${layout.brand} serve\`, or give --oneshot` });
  const { runOnce } = await import('../../providers/actions/run-once.ts');
  const { home, packagePath } = layout;
  return outcomeOf(await runOnce({ paths, home, packagePath, version: VERSION, env, settings: serveSettings(home) }, request), request);
}

function requestOf({ layout, args: [command], options }: Context, paths: ProviderPaths): ActionRequest {
  const { model = '', id = '', instance = '', param = [], paramsFile, objectFile, timeout } = options;
  if ((model === '') !== (id === ''))
    throw new UserError('flag-does-not-apply', '--model and --id go together', { hint: 'name the type of the object and its key' });
  if (model === '' && objectFile !== undefined)
    throw new UserError('flag-does-not-apply', '--object-file needs --model and --id', { hint: 'name the type of the object and its key' });
  if (id !== '' && !isObjectKey(id)) throw new UserError('bad-value', `"${id}" cannot be the key of an object`);
  if (instance !== '' && instanceIfThere(paths, instance) === undefined)
    throw new UserError('no-such-instance', `There is no instance ${instance}`, { status: 3, hint: 'see those there are with instance:list' });
  const timeoutMs = timeout === undefined ? serveSettings(layout.home).actionMs : readDuration(timeout);
  if (timeoutMs === undefined) throw new UserError('bad-value', `--timeout takes a time like 90s or 5m, not "${timeout}"`);
  const params = readParams(param, paramsFile, new Inventory(paths).known());
  return { command, model, id, object: objectFile === undefined ? undefined : readFile(objectFile), plugin: instance, params, timeoutMs };
}

/** A number that JavaScript does not hold as it was written. */
const LONG_NUMBER = /\d{16}/;

function outcomeOf(result: ActionResult, { timeoutMs }: ActionRequest): Outcome {
  if (result.kind !== 'result') throw problemOf(result, timeoutMs);
  const value: unknown = JSON.parse(result.body);
  const lines = (): string[] => (LONG_NUMBER.test(result.body) ? result.body.trim() : JSON.stringify(value, null, 2)).split('\n');
  return { data: { instance: result.instance, result: value }, lines };
}

/** What went wrong, with the exit status that says whose fault it is. */
function problemOf(result: Exclude<ActionResult, { kind: 'result' }>, timeoutMs: number): UserError {
  switch (result.kind) {
    case 'error':
      return new UserError('action-failed', errorText(result.error), result.error.Code >= 500 ? { status: 70 } : {});
    case 'unknown':
      return new UserError('no-such-action', result.why, { hint: 'see those there are with action:list, and what runs with instance:list' });
    case 'invalid':
      return new UserError('bad-parameters', result.faults.join('\n'), { hint: 'give them with --param NAME=VALUE' });
    case 'unavailable':
      return new UserError('try-again-later', result.why, { hint: 'try again in a moment' });
    case 'timeout':
      return new UserError('timed-out', `${result.instance} did not answer within ${timeoutMs / 1000} seconds`, { hint: 'give it more time with --timeout' });
    case 'crashed':
      return new UserError('provider-crashed', `${result.instance} failed: ${result.why}`, { hint: `see its log with instance:logs ${result.instance}` });
  }
}
