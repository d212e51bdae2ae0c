import type { ProviderSpec } from '../../sdk/calls.ts';
import type { JsonObject } from '../../sdk/models.ts';
import type { ParamSpec } from '../../sdk/params.ts';

import type { PluginMetadata } from '../grpc/metadata.ts';

/** Parameters of ours, under names that no property of a configuration has. */
export const CLUSTER_NAME = 'botkube/cluster-name';
export const PAYLOAD = 'botkube/payload';
const OURS = 'botkube/';
/** The host's own name for the instance, among its parameters. */
const HOSTS_OWN = 'Name';
const LONGEST_NAME = 200;

/** What a provider says of itself that speaks for a source. */
export interface SourceSpec {
  readonly spec: ProviderSpec;
  /** Whether the source says what a request from outside has to be like: then it takes such. */
  readonly takesRequests: boolean;
}

/**
 * What a source's metadata comes to. Each property that the schema of its configuration has at the top is a parameter; without such a schema any parameter is passed on, and none is checked.
 * @param warn told of a schema that cannot be used
 */
export function specOfSource(name: string, metadata: PluginMetadata, warn: (text: string) => void): SourceSpec {
  const { version, schema, requestSchema } = metadata;
  const config = objectIn(schema?.value, 'its configuration', warn);
  const payload = objectIn(requestSchema?.value, 'requests', warn);
  const properties = Object.entries(objectOf(config?.properties)).filter(([property]) => isParam(property));
  const names = properties.map(([property]) => property);
  const wanted = Array.isArray(config?.required) ? config.required : [];
  const params: Record<string, ParamSpec> = {
    ...Object.fromEntries(properties.map(([property, value]) => [property, paramOf(config ?? {}, objectOf(value))])),
    [CLUSTER_NAME]: { type: 'string', description: 'What the source is told that the cluster is called' },
    ...(payload ? { [PAYLOAD]: { ...payload, description: 'What a request from outside has for a body' } } : {}),
  };
  const required = names.filter((one) => wanted.includes(one));
  const optional = [...names.filter((one) => !wanted.includes(one)), CLUSTER_NAME];
  return { spec: { name, version, params, required, optional, documentation: documentationOf(metadata) }, takesRequests: payload !== undefined };
}

function documentationOf({ description, documentation, programs, schema }: PluginMetadata): string {
  const needed = [...(programs?.keys() ?? [])];
  return [
    description,
    ...(documentation ? [`Documentation: ${documentation}`] : []),
    ...(schema?.url ? [`Schema of its configuration: ${schema.url}`] : []),
    ...(needed.length > 0 ? [`Programs that it needs: ${needed.join(', ')}`] : []),
  ].join('\n\n');
}

/** Whether the host takes a name for a parameter's, and it is free. */
const isParam = (name: string): boolean =>
  /^\p{L}[\p{L}\p{N} ._/-]*$/u.test(name) && name.length <= LONGEST_NAME && name !== HOSTS_OWN && !name.startsWith(OURS);

/** The schema of one property, with what of the whole it refers to. One that refers to anything else checks nothing. */
function paramOf({ $schema, definitions, $defs }: JsonObject, schema: JsonObject): ParamSpec {
  const shared = Object.fromEntries(Object.entries({ $schema, definitions, $defs }).filter(([, value]) => value !== undefined));
  const { description, title, ...rest } = schema;
  const text = [description, title].find((one) => typeof one === 'string') ?? '';
  const told: ParamSpec = { description: String(text), secure: isSecret(schema) };
  return refersElsewhere([rest, shared]) ? told : { ...shared, ...rest, ...told };
}

function refersElsewhere(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(refersElsewhere);
  return Object.entries(objectOf(value)).some(([key, one]) =>
    (key === '$ref' || key === '$dynamicRef') && typeof one === 'string' ? !/^#\/(definitions|\$defs)\//.test(one) : refersElsewhere(one),
  );
}

/** Whether the schema of a value, or of something within it, says that it is secret. */
function isSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSecret);
  const schema = objectOf(value);
  return schema.format === 'password' || schema.writeOnly === true || Object.values(schema).some(isSecret);
}

const objectOf = (value: unknown): JsonObject => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {});

/** A schema that is an object; undefined for none, or one that cannot be used. */
function objectIn(text: string | undefined, what: string, warn: (text: string) => void): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {}
  warn(`the schema of ${what} is no JSON object, so nothing is checked by it`);
  return undefined;
}
