import type { ActionDefinition, Definition } from '../definition/definition.ts';
import { isJsonObject, type JsonObject } from '../definition/json-fields.ts';
import type { KnownParams } from './param.ts';
import { schemaFaults } from './schema-faults.ts';

/**
 * What keeps an instance from being started, by its own parameters: those that its provider requires and that it lacks, and those that are not what their schemas say.
 * Defaults do not count here, as nobody told the instance of them.
 */
export async function instanceFaults(
  { required, optional }: Pick<Definition, 'required' | 'optional'>,
  params: JsonObject,
  known: KnownParams,
): Promise<string[]> {
  const missing = required.filter((name) => !Object.hasOwn(params, name)).map((name) => `Missing required parameter: ${name}`);
  const checked = [...required, ...optional].filter((name) => Object.hasOwn(params, name));
  return [...missing, ...(await Promise.all(checked.map((name) => valueFaults(name, params[name], known)))).flat()];
}

/** What is wrong with one value, each fault behind the name. */
export async function valueFaults(name: string, value: unknown, known: KnownParams): Promise<string[]> {
  const schema = known.get(name)?.schema;
  return schema === undefined ? [] : (await schemaFaults(value, schema)).map((fault) => `${name}: ${fault}`);
}

/** The parameters that an action is called with, or why it cannot be called. */
export type Filled = { readonly params: JsonObject; readonly faults?: undefined } | { readonly params?: undefined; readonly faults: readonly string[] };

/**
 * Fills in the parameters of an action: what is supplied goes first, then what the object has, then what all have, then the default of the schema. What is supplied beyond what
 * the action declares is passed on.
 * @param places where values are looked for, the object's own parameters first
 */
export async function fillIn(action: ActionDefinition, supplied: JsonObject, places: readonly JsonObject[], known: KnownParams): Promise<Filled> {
  const secure = Object.keys(supplied).filter((name) => known.get(name)?.secure);
  if (secure.length > 0) return { faults: secure.map((name) => `Action ${action.command}: cannot be passed secure parameter ${name}`) };
  const wrong = (await Promise.all(Object.entries(supplied).map(([name, value]) => valueFaults(name, value, known)))).flat();
  if (wrong.length > 0) return { faults: wrong.map((fault) => `Action ${action.command}: Invalid Parameter: ${fault}`) };
  const found = new Map(Object.entries(supplied));
  const missing: string[] = [];
  for (const name of [...action.required, ...action.optional]) {
    if (found.has(name)) continue;
    const place = places.find((one) => Object.hasOwn(one, name));
    const schema = known.get(name)?.schema;
    if (place !== undefined) found.set(name, place[name]);
    else if (schema !== undefined && Object.hasOwn(schema, 'default')) found.set(name, schema.default);
    else if (action.required.includes(name)) missing.push(`Action ${action.command} Missing Parameter ${name}`);
  }
  return missing.length > 0 ? { faults: missing } : { params: Object.fromEntries(found) };
}

/** The parameters of an object, as it has them. */
export const paramsOf = (object: JsonObject | undefined): JsonObject => (isJsonObject(object?.Params) ? object.Params : {});
