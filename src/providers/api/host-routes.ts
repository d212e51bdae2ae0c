import { isModel } from '../definition/definition.ts';
import { fieldOf, isJsonObject, parsedJson, textField } from '../definition/json-fields.ts';
import { type ErrorModel, type EventModel, errorModel, readError, readEvent, SUCCESS } from '../models.ts';
import { isObjectKey, type ObjectStore } from '../objects/object-store.ts';
import { ApiError, type Asked, instanceAsking, notFound, type Routes, readBody, readJsonBody, sendJson, sendNothing } from './http.ts';

/** The prefix of what a plugin asks of the host. */
const PREFIX = '/api-server-plugin/v4';
const LOG_BYTES = 1 << 20;
const BODY_BYTES = 8 << 20;

/** A line that a plugin logs. */
export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  /** It was written while an event was handled, and must not become another. */
  readonly ignorePublish: boolean;
}

/** What the host does for its plugins. */
export interface HostWorld {
  readonly objects: ObjectStore;
  log(instance: string, line: LoggedLine): void;
  /** @throws ApiError where it is refused */
  publish(event: EventModel, from: string): void;
  leaving(instance: string, error: ErrorModel | undefined): void;
  /** The types of objects that are kept for an instance. */
  storesOf(instance: string): readonly string[];
}

/** What plugins ask over the socket that the host listens on for each of them. */
export const hostRoutes = (world: HostWorld): Routes => ({
  // A line is answered before it is looked at, and always well: the wrapper of Go waits for it, and logs a failure by another line, without end.
  [`POST ${PREFIX}/log`]: async (asked) => {
    const body = await readBody(asked.request, LOG_BYTES).catch(() => undefined);
    sendNothing(asked.response);
    const value = parsedJson(body?.toString() ?? '');
    if (!isJsonObject(value)) return;
    const level = textField(value, 'Level').toLowerCase();
    world.log(instanceAsking(asked), {
      level: LEVELS.get(level) ?? (level || 'info'),
      message: textField(value, 'Message'),
      ignorePublish: fieldOf(value, 'IgnorePublish') === true,
    });
  },
  [`POST ${PREFIX}/publish`]: async (asked) => {
    const event = readEvent(await readJsonBody(asked.request, BODY_BYTES), instanceAsking(asked));
    if (event === undefined) throw new ApiError(400, errorModel(400, ['an event has a Type and an Action'], { type: 'POST' }));
    world.publish(event, instanceAsking(asked));
    sendJson(asked.response, 200, SUCCESS);
  },
  [`POST ${PREFIX}/leaving`]: async (asked) => {
    const error = readError(await readJsonBody(asked.request, BODY_BYTES));
    sendNothing(asked.response);
    world.leaving(instanceAsking(asked), error);
  },
  [`GET ${PREFIX}/objects/:type`]: (asked) => sendJson(asked.response, 200, world.objects.list(typeOf(world, asked))),
  [`GET ${PREFIX}/objects/:type/:key`]: (asked) => {
    const object = world.objects.kept(typeOf(world, asked), keyOf(asked));
    if (object === undefined) throw notFound(asked.request, `Not found: ${keyOf(asked)}`);
    sendJson(asked.response, 200, object);
  },
  [`POST ${PREFIX}/objects/:type/:key`]: async (asked) => {
    const [type, key] = [typeOf(world, asked), keyOf(asked)];
    const value = await readJsonBody(asked.request, BODY_BYTES);
    if (!isJsonObject(value)) throw new ApiError(400, errorModel(400, ['Failed to save: no object was sent'], { model: type, key, type: 'POST' }));
    sendJson(asked.response, 200, world.objects.put(type, key, value, instanceAsking(asked)));
  },
  [`DELETE ${PREFIX}/objects/:type/:key`]: (asked) => {
    if (!world.objects.remove(typeOf(world, asked), keyOf(asked), instanceAsking(asked))) throw notFound(asked.request, `Not found: ${keyOf(asked)}`);
    sendNothing(asked.response);
  },
});

/** Whoever writes for people calls these otherwise; and what is fatal for a plugin is an error here. */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ['err', 'error'],
  ['fatal', 'error'],
  ['panic', 'error'],
  ['warning', 'warn'],
]);

/** The type of a request, which its provider must have declared. */
function typeOf(world: HostWorld, asked: Asked): string {
  const type = asked.params.type ?? '';
  if (isModel(type) && world.storesOf(instanceAsking(asked)).includes(type)) return type;
  throw notFound(asked.request, 'No route');
}

function keyOf(asked: Asked): string {
  const key = asked.params.key ?? '';
  if (isObjectKey(key)) return key;
  throw notFound(asked.request, 'No route');
}
