import { type ActionResult, runAction } from '../actions/actions.ts';
import { ApiError, type Asked, answering, type CallerHandler, notFound, type Routes, readJsonBody, sendError, sendJson } from '../api/http.ts';
import { isJsonObject, type JsonObject } from '../definition/json-fields.ts';
import type { PublishedEvent } from '../events/queue.ts';
import { EventStreams } from '../events/stream.ts';
import { type Instance, instanceIfThere } from '../instances/instance.ts';
import { noteWanted } from '../instances/note-wanted.ts';
import { followLog, lastLines } from '../instances/read-log.ts';
import { errorModel, errorText } from '../models.ts';
import { HIDDEN, isSecret, type KnownParams } from '../params/param.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { instanceView } from './instance-view.ts';
import { streamLines } from './line-stream.ts';
import { watchInstances } from './watch-instances.ts';

const PREFIX = '/ui/api';
const BODY_BYTES = 8 << 20;
/** How far back the log of an instance begins. */
const LOG_LINES = 500;

/** What came of an action, as the page shows it: JSON as the plugin sent it, or why there is none. */
type ShownResult =
  | { readonly instance: string; readonly body: string }
  | { readonly why: 'refused' | 'failed' | 'unavailable'; readonly messages: readonly string[] };

/** What the page asks, for the owner of the home alone: what changes something is asked by POST with JSON, and a token that no browser sends by itself. */
export function pageApi(supervisor: Supervisor): CallerHandler {
  const { paths } = supervisor.options;
  const named = (asked: Asked): Instance => {
    const { name = '' } = asked.params;
    const found = instanceIfThere(paths, name);
    if (found === undefined) throw notFound(asked.request, `There is no instance ${name}`);
    return found;
  };
  const body = async ({ request }: Asked): Promise<JsonObject> => {
    const value = await readJsonBody(request, BODY_BYTES);
    if (isJsonObject(value)) return value;
    throw new ApiError(400, errorModel(400, ['the body is no object']));
  };
  /** Starts, stops or restarts an instance as the command does, and answers with how it is then. */
  const verb =
    (name: 'start' | 'stop' | 'restart') =>
    async (asked: Asked): Promise<void> => {
      await body(asked);
      const instance = named(asked);
      await noteWanted(paths, [instance.name], name !== 'stop', () => {});
      const one = supervisor.known(instance.name);
      await one[name]();
      sendJson(asked.response, 200, one.status);
    };
  const events = new EventStreams(
    supervisor.events,
    supervisor.readers,
    () => supervisor.nats,
    undefined,
    (published) => shownEvent(published, supervisor.inventory.lastKnown),
  );
  const routes: Routes = {
    [`GET ${PREFIX}/events`]: events.answer,
    [`GET ${PREFIX}/instances`]: ({ response }) => watchInstances(supervisor, response),
    [`GET ${PREFIX}/instances/:name`]: (asked) => sendJson(asked.response, 200, instanceView(supervisor.inventory, named(asked))),
    [`GET ${PREFIX}/instances/:name/log`]: (asked) => {
      const file = paths.log(named(asked).name);
      const { lines, end } = lastLines(file, LOG_LINES);
      const stream = streamLines(asked.response, () => following.stop());
      for (const line of lines) stream.send(JSON.stringify(line));
      const following = followLog(file, end, (line) => stream.send(JSON.stringify(line)));
    },
    [`GET ${PREFIX}/objects/:type`]: ({ response, params: { type = '' } }) => {
      const kept = supervisor.objects.list(type).map(({ Name }) => String(Name));
      const brought = supervisor.inventory.content(type).map(({ Name }) => String(Name));
      sendJson(response, 200, { keys: [...new Set([...brought, ...kept])].sort() });
    },
    [`POST ${PREFIX}/instances/:name/start`]: verb('start'),
    [`POST ${PREFIX}/instances/:name/stop`]: verb('stop'),
    [`POST ${PREFIX}/instances/:name/restart`]: verb('restart'),
    [`POST ${PREFIX}/instances/:name/actions`]: async (asked) => {
      const { command, model, id, params } = await body(asked);
      const { name } = named(asked);
      const request = { command: String(command), model: String(model ?? ''), id: String(id ?? ''), object: undefined, plugin: name };
      const given = isJsonObject(params) ? params : {};
      sendJson(asked.response, 200, await outcomeOf(supervisor, name, { ...request, params: given, timeoutMs: supervisor.options.settings.actionMs }));
    },
  };
  const answer = answering(routes);
  return (request, response, caller) => {
    if (caller.kind === 'owner') answer(request, response, caller);
    else sendError(response, new ApiError(403, errorModel(403, ['this is for the owner of the home'])));
  };
}

/** An event as JSON; what is called like a secret is hidden, wherever it is: calls of actions are events with all of their parameters. */
const shownEvent = ({ id, event }: PublishedEvent, known: KnownParams): string =>
  JSON.stringify({ Id: id, ...event }, (name, value) => (isSecret(name, known) && value !== null ? HIDDEN : value));

async function outcomeOf(supervisor: Supervisor, name: string, request: Parameters<typeof runAction>[1]): Promise<ShownResult> {
  const state = supervisor.find(name)?.state ?? 'stopped';
  if (state !== 'running') return { why: 'unavailable', messages: [`${name} is ${state}`] };
  return shownResult(await runAction(supervisor.actionWorld(), request), request.timeoutMs);
}

function shownResult(result: ActionResult, timeoutMs: number): ShownResult {
  switch (result.kind) {
    case 'result':
      return { instance: result.instance, body: result.body };
    case 'error':
      return { why: 'failed', messages: errorText(result.error).split('\n') };
    case 'unknown':
      return { why: 'refused', messages: [result.why] };
    case 'invalid':
      return { why: 'refused', messages: result.faults };
    case 'unavailable':
      return { why: 'unavailable', messages: [result.why] };
    case 'timeout':
      return { why: 'failed', messages: [`${result.instance} did not answer within ${timeoutMs / 1000} seconds`] };
    case 'crashed':
      return { why: 'failed', messages: [`${result.instance} failed: ${result.why}`] };
  }
}
