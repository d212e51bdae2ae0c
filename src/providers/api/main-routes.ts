import { type ActionRequest, type ActionResult, type ActionWorld, type ListedAction, listActions, runAction, SYSTEM } from '../actions/actions.ts';
import { isModel } from '../definition/definition.ts';
import { isJsonObject, type JsonObject } from '../definition/json-fields.ts';
import { completeObject, type EventModel, errorModel, readEvent } from '../models.ts';
import { isObjectKey } from '../objects/object-store.ts';
import { paramsOf, valueFaults } from '../params/check-params.ts';
import { type Answer, ApiError, type Asked, instanceAsking, notFound, type Routes, readJsonBody, sendJson, sendNothing, sendText } from './http.ts';

const BODY_BYTES = 8 << 20;
const PREFIX = '/api/v3';

/** What the API shows and does. */
export interface MainWorld {
  readonly info: JsonObject;
  readonly actions: () => ActionWorld;
  readonly actionMs: number;
  /** @throws ApiError where it is refused */
  publish(event: EventModel, from: string): void;
  /** Answers with events for as long as they are read. */
  readonly streamEvents: Answer;
  /** The instances, as objects of the type `plugins`, with secrets for the instance itself alone. */
  plugins(reader: string): readonly JsonObject[];
  providers(): readonly JsonObject[];
  /** What providers bring, by type. */
  content(type: string): readonly JsonObject[];
}

/** The part of Digital Rebar's API that providers call back. An instance sees the objects and may change their parameters; of instances it sees its own. */
export const mainRoutes = (world: MainWorld): Routes => {
  const { objects } = world.actions();
  const listed = (asked: Asked, values: readonly unknown[]): void =>
    sendJson(asked.response, 200, values, { 'x-drp-list-count': String(values.length), 'x-drp-list-total-count': String(values.length) });
  const list = (asked: Asked): void => listed(asked, objectsOf(world, typeOf(asked), asked));
  const one = (asked: Asked): JsonObject => {
    const [type, key] = [typeOf(asked), keyOf(asked)];
    const found = isFixed(type) ? objectsOf(world, type, asked).find((object) => object.Name === key) : objects.kept(type, key);
    if (found === undefined) throw new ApiError(404, errorModel(404, ['Not Found'], { model: type, key, type: asked.request.method ?? '' }));
    return found;
  };
  /** An object whose parameters are asked for, which need not be there yet. */
  const params = (asked: Asked): JsonObject => paramsOf(isFixed(typeOf(asked)) ? one(asked) : objects.get(typeOf(asked), keyOf(asked)));
  const changeable = (asked: Asked): readonly [string, string, string] => {
    const [type, key, name] = [typeOf(asked), keyOf(asked), asked.params['*'] ?? ''];
    if (isFixed(type))
      throw new ApiError(403, errorModel(403, ['parameters of it are not changed here'], { model: type, key, type: asked.request.method ?? '' }));
    return [type, key, name];
  };
  return {
    [`GET ${PREFIX}/info`]: ({ response }) => sendJson(response, 200, world.info),
    [`POST ${PREFIX}/events`]: async ({ caller, request, response }) => {
      const from = instanceAsking({ caller });
      const event = readEvent(await readJsonBody(request, BODY_BYTES), from || 'owner');
      if (event === undefined) throw new ApiError(400, errorModel(400, ['an event has a Type and an Action'], { type: 'POST' }));
      world.publish(event, from);
      sendNothing(response);
    },
    [`GET ${PREFIX}/events/stream`]: world.streamEvents,
    [`GET ${PREFIX}/${SYSTEM}/actions`]: async (asked) => listed(asked, (await listActions(world.actions(), '', 'global')).map(shownAction)),
    [`GET ${PREFIX}/${SYSTEM}/actions/:command`]: async (asked) => sendJson(asked.response, 200, await actionOf(world, asked, '', 'global')),
    [`POST ${PREFIX}/${SYSTEM}/actions/:command`]: (asked) => invoke(world, asked, '', ''),
    [`GET ${PREFIX}/:type`]: list,
    [`HEAD ${PREFIX}/:type`]: list,
    [`GET ${PREFIX}/:type/:key`]: (asked) => sendJson(asked.response, 200, one(asked)),
    [`HEAD ${PREFIX}/:type/:key`]: (asked) => sendJson(asked.response, 200, one(asked)),
    [`GET ${PREFIX}/:type/:key/params`]: (asked) => sendJson(asked.response, 200, params(asked)),
    [`GET ${PREFIX}/:type/:key/params/*`]: (asked) => sendJson(asked.response, 200, ownValue(params(asked), asked.params['*'])),
    [`POST ${PREFIX}/:type/:key/params/*`]: async (asked) => {
      const [type, key, name] = changeable(asked);
      const value = await readJsonBody(asked.request, BODY_BYTES);
      const faults = await valueFaults(name, value, world.actions().known);
      if (faults.length > 0) throw new ApiError(422, errorModel(422, faults, { model: type, key, type: 'ValidationError' }));
      objects.setParam(type, key, name, value, instanceAsking(asked));
      sendJson(asked.response, 200, value);
    },
    [`DELETE ${PREFIX}/:type/:key/params/*`]: (asked) => {
      const [type, key, name] = changeable(asked);
      const old = ownValue(paramsOf(objects.get(type, key)), name);
      objects.setParam(type, key, name, undefined, instanceAsking(asked));
      sendJson(asked.response, 200, old);
    },
    [`GET ${PREFIX}/:type/:key/actions`]: async (asked) => listed(asked, (await listActions(world.actions(), typeOf(asked), keyOf(asked))).map(shownAction)),
    [`GET ${PREFIX}/:type/:key/actions/:command`]: async (asked) => sendJson(asked.response, 200, await actionOf(world, asked, typeOf(asked), keyOf(asked))),
    [`POST ${PREFIX}/:type/:key/actions/:command`]: (asked) => invoke(world, asked, typeOf(asked), keyOf(asked)),
  };
};

/** Types that are made of what is installed, and that nobody changes by this API. */
const isFixed = (type: string): boolean => ['plugins', 'plugin_providers', 'params'].includes(type);

function objectsOf(world: MainWorld, type: string, { caller }: Asked): readonly JsonObject[] {
  // Parameters of another instance may be secrets.
  if (type === 'plugins') return world.plugins(instanceAsking({ caller }));
  if (type === 'plugin_providers') return world.providers();
  const brought = world.content(type);
  const kept = world.actions().objects.list(type);
  return [...brought.map((object) => completeObject(type, String(object.Name ?? object.Id ?? ''), object)), ...kept];
}

/** A parameter of its own; null for none. */
const ownValue = (params: JsonObject, name = ''): unknown => (Object.hasOwn(params, name) ? params[name] : null);

const shownAction = ({ command, model, required, optional, provider }: ListedAction): JsonObject => ({
  Provider: provider,
  Model: model,
  Command: command,
  RequiredParams: required,
  OptionalParams: optional,
});

async function actionOf(world: MainWorld, asked: Asked, model: string, key: string): Promise<JsonObject> {
  const { command = '' } = asked.params;
  const found = (await listActions(world.actions(), model, key)).find((action) => action.command === command);
  if (found === undefined) throw new ApiError(404, errorModel(404, [`${command}: Not Found`], { model: model || SYSTEM, key, type: 'GET' }));
  return shownAction(found);
}

async function invoke(world: MainWorld, asked: Asked, model: string, key: string): Promise<void> {
  const { command = '' } = asked.params;
  const params = (await readJsonBody(asked.request, BODY_BYTES)) ?? {};
  const where = { model: model || SYSTEM, key: key || 'global', type: 'INVOKE' };
  if (!isJsonObject(params)) throw new ApiError(400, errorModel(400, ['the body is a map of parameters'], where));
  const request: ActionRequest = { command, model, id: key, object: undefined, plugin: asked.query().get('plugin') ?? '', params, timeoutMs: world.actionMs };
  const result = await runAction(world.actions(), request);
  if (result.kind === 'result') return sendText(asked.response, 200, result.body);
  throw actionError(result, where);
}

/** An action that went wrong, as an answer. */
function actionError(result: Exclude<ActionResult, { kind: 'result' }>, where: { model: string; key: string; type: string }): ApiError {
  switch (result.kind) {
    case 'error':
      return new ApiError(result.error.Code, result.error);
    case 'unknown':
      return new ApiError(400, errorModel(400, [result.why], where));
    case 'invalid':
      return new ApiError(400, errorModel(400, result.faults, where));
    case 'unavailable':
      return new ApiError(503, errorModel(503, [result.why], where), { 'retry-after': '1' });
    case 'timeout':
      return new ApiError(504, errorModel(504, [`${result.instance} did not answer in time`], where));
    case 'crashed':
      return new ApiError(409, errorModel(409, [`${result.instance}: ${result.why}`], where));
  }
}

function typeOf(asked: Asked): string {
  const type = asked.params.type ?? '';
  if (isModel(type)) return type;
  throw notFound(asked.request, 'No route');
}

function keyOf(asked: Asked): string {
  const key = asked.params.key ?? '';
  if (isObjectKey(key)) return key;
  throw notFound(asked.request, 'Not Found');
}
