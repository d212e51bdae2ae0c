import { rmSync } from 'node:fs';
import { errnoOf, UserError } from '../../errors.ts';
import { namesIn } from '../../home/layout.ts';
import { isProviderName, PROVIDER_NAME_RULE } from '../../home/names.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { writeDurably } from '../../system/durable.ts';
import { hintFor } from '../../system/name-hint.ts';
import { formatAbove, isBoolean, isCount, isListOf, isObject, isText, readOwnJson, type Shape } from '../../system/own-json.ts';
import { SETTINGS_BYTES } from '../../system/small-file.ts';
import { isJsonObject, type JsonObject } from '../definition/json-fields.ts';
import type { ProviderPaths } from '../paths.ts';

/** An instance: a provider with parameters, which is to be run, or not. */
export interface Instance {
  readonly format: 1;
  readonly name: string;
  readonly provider: string;
  readonly description: string;
  /** Secrets among them: the file is for its owner alone. */
  readonly params: JsonObject;
  /** Variables of the supervisor's environment that it is given besides. */
  readonly environment: readonly string[];
  /** Whether the supervisor is to run it. */
  readonly wanted: boolean;
  readonly createdAt: string;
}

const FORMAT = 1;
const isInstance: Shape<Instance> = isObject<Instance>({
  format: isCount as Shape<1>,
  name: isText,
  provider: isText,
  description: isText,
  params: isJsonObject as Shape<JsonObject>,
  environment: isListOf(isText),
  wanted: isBoolean,
  createdAt: isText,
});

/** The names of all instances, in byte order. */
export const instanceNames = (paths: ProviderPaths): string[] =>
  namesIn(paths.instances)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter(isProviderName);

/** Reads an instance; undefined where there is none. @throws UserError where its file is damaged */
export function instanceIfThere(paths: ProviderPaths, name: string): Instance | undefined {
  if (!isProviderName(name)) return undefined;
  try {
    return readOwnJson('The instance', paths.instance(name), SETTINGS_BYTES, isInstance, 'remove the file, and create the instance again', formatAbove(FORMAT));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads an instance. @throws UserError where there is none of that name */
export function readInstance(paths: ProviderPaths, name: string): Instance {
  const instance = instanceIfThere(paths, name);
  if (instance) return instance;
  throw new UserError('no-such-instance', `There is no instance ${name}`, hintFor(name, instanceNames(paths), 'see those there are with instance:list'));
}

/** Writes an instance, whole or not at all. */
export const writeInstance = (paths: ProviderPaths, instance: Instance): void =>
  explainDiskErrors('keep an instance', paths.instance(instance.name), () =>
    writeDurably(paths.instance(instance.name), `${JSON.stringify(instance)}\n`, 0o600),
  );

/** Forgets an instance, and what was known of how it ran; its log stays. */
export function eraseInstance(paths: ProviderPaths, name: string): void {
  for (const file of [paths.instance(name), paths.lastState(name)]) explainDiskErrors('destroy an instance', file, () => rmSync(file, { force: true }));
}

/** @throws UserError for what cannot be the name of an instance */
export function refuseBadName(name: string): void {
  if (!isProviderName(name)) throw new UserError('bad-value', `"${name}" cannot be the name of an instance`, { hint: PROVIDER_NAME_RULE });
}
