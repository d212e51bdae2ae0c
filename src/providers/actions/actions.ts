import type { ActionDefinition } from '../definition/definition.ts';
import type { JsonObject } from '../definition/json-fields.ts';
import { completeObject, type ErrorModel } from '../models.ts';
import { isObjectKey, type ObjectStore } from '../objects/object-store.ts';
import { fillIn, paramsOf } from '../params/check-params.ts';
import type { KnownParams } from '../params/param.ts';
import type { PluginAnswer } from '../supervisor/plugin-client.ts';

/** What an action without a model is about. */
export const SYSTEM = 'system';

/** An instance that can be asked. */
export interface ActionTarget {
  readonly instance: string;
  readonly provider: string;
  readonly actions: readonly ActionDefinition[];
  /** Asks it; one that stops, or has too much to do, says so. */
  act(body: JsonObject, timeoutMs: number): Promise<PluginAnswer | { readonly kind: 'unavailable'; readonly why: string }>;
}

/** What actions are run in. */
export interface ActionWorld {
  readonly objects: ObjectStore;
  readonly known: KnownParams;
  /** In the order in which they began to serve. */
  readonly targets: readonly ActionTarget[];
  /** Told of each call before it is made. */
  readonly onCall: (type: string, command: string, key: string, action: JsonObject) => void;
}

export interface ActionRequest {
  readonly command: string;
  /** Empty for the system. */
  readonly model: string;
  /** Empty for the system. */
  readonly id: string;
  /** Fields of the object that go before those that are kept. */
  readonly object: JsonObject | undefined;
  /** The instance, where there may be several. */
  readonly plugin: string;
  readonly params: JsonObject;
  readonly timeoutMs: number;
}

/** What came of an action. */
export type ActionResult =
  /** JSON as the plugin sent it. */
  | { readonly kind: 'result'; readonly body: string; readonly instance: string }
  | { readonly kind: 'error'; readonly error: ErrorModel; readonly instance: string }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'invalid'; readonly faults: readonly string[] }
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'timeout'; readonly instance: string }
  | { readonly kind: 'crashed'; readonly why: string; readonly instance: string };

/** An action that can be asked for. */
export interface ListedAction extends ActionDefinition {
  readonly instance: string;
  readonly provider: string;
}

/** The object that an action is about: the one that is kept, or a new one, with the fields that are given. */
function objectOf({ objects }: ActionWorld, { model, id, object }: Pick<ActionRequest, 'model' | 'id' | 'object'>): JsonObject {
  if (model === '') return objects.get('profiles', 'global');
  const kept = objects.get(model, id);
  return object === undefined ? kept : completeObject(model, id, { ...kept, ...object, Params: { ...paramsOf(kept), ...paramsOf(object) } });
}

const placesFor = ({ objects }: ActionWorld, object: JsonObject): JsonObject[] => [paramsOf(object), objects.globalParams()];

/**
 * The actions for a type of object, by their names: where an object is named, those alone that could be run on it as it is.
 */
export async function listActions(world: ActionWorld, model: string, id: string): Promise<ListedAction[]> {
  const all = world.targets
    .flatMap(({ instance, provider, actions }) => actions.map((action) => ({ ...action, instance, provider })))
    .filter((action) => action.model === model);
  const places = placesFor(world, objectOf(world, { model, id, object: undefined }));
  const suited = await Promise.all(all.map(async (action) => id === '' || (await fillIn(action, {}, places, world.known)).faults === undefined));
  return all.filter((_, index) => suited[index]).sort((a, b) => (a.command < b.command ? -1 : a.command > b.command ? 1 : 0));
}

/** Runs an action: on the first instance that has it and whose parameters are there. Never throws. */
export async function runAction(world: ActionWorld, request: ActionRequest): Promise<ActionResult> {
  const { command, model, id, plugin, params, timeoutMs } = request;
  const about = model === '' ? SYSTEM : model;
  if (model !== '' && !isObjectKey(id)) return { kind: 'invalid', faults: [`"${id}" cannot be the key of an object`] };
  const named = world.targets.filter(({ actions }) => actions.some((action) => action.command === command && action.model === model));
  const targets = named.filter(({ instance }) => plugin === '' || instance === plugin);
  if (targets.length === 0) {
    return {
      kind: 'unknown',
      why: named.length === 0 ? `Action ${command} on ${about}: Not Found` : `Action ${command} on ${about} for plugin ${plugin} not found`,
    };
  }
  const object = objectOf(world, request);
  let faults: readonly string[] = [];
  for (const target of targets) {
    const action = target.actions.find((one) => one.command === command && one.model === model) as ActionDefinition;
    const filled = await fillIn(action, params, placesFor(world, object), world.known);
    if (filled.faults !== undefined) {
      faults = faults.length === 0 ? filled.faults : faults;
      continue;
    }
    const body = { Model: object, Plugin: target.instance, Command: command, CommandSet: about, Params: filled.params };
    world.onCall(about, command, model === '' ? 'global' : id, body);
    const answer = await target.act(body, timeoutMs);
    const { instance } = target;
    switch (answer.kind) {
      case 'answer':
        return { kind: 'result', body: answer.body, instance };
      case 'error':
        return { kind: 'error', error: answer.error, instance };
      case 'timeout':
        return { kind: 'timeout', instance };
      case 'broken':
        return { kind: 'crashed', why: answer.why, instance };
      case 'unavailable':
        return { kind: 'unavailable', why: `Action not available ${command}: ${answer.why}` };
    }
  }
  return { kind: 'invalid', faults };
}
