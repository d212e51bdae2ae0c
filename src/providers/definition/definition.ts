import { UserError } from '../../errors.ts';
import { isProviderName, PROVIDER_NAME_RULE } from '../../home/names.ts';
import { harmlessLine } from '../../system/harmless.ts';
import { fieldOf, isJsonObject, type JsonObject, parsedJson } from './json-fields.ts';

/** The protocol that is spoken here, by its number in `PluginVersion` and in the paths of its APIs. */
export const PROTOCOL_VERSION = 4;

/** What a provider can be asked to do. */
export interface ActionDefinition {
  readonly command: string;
  /** The type of object that it works on; empty for the system as a whole. */
  readonly model: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** What a provider says of itself, with what it left out filled in. */
export interface Definition {
  readonly name: string;
  readonly version: string;
  /** Whether an instance of the provider's own name is made with it. */
  readonly autoStart: boolean;
  /** Whether every event is pushed to its instances. */
  readonly hasPublish: boolean;
  readonly actions: readonly ActionDefinition[];
  /** Parameters of an instance. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Types of objects that are kept for it: a schema, or the schemas of their fields, or nothing at all. */
  readonly storeObjects: Readonly<Record<string, JsonObject>>;
  readonly documentation: string;
  readonly meta: Readonly<Record<string, string>>;
  /** Its content as YAML; empty for none. */
  readonly content: string;
}

/** Names of parameters: as those of providers, with slashes. */
const isParamName = (name: string): boolean => /^[\p{L}][\p{L}\p{N} ._/-]{0,199}$/u.test(name);
const isCommand = (name: string): boolean => /^[A-Za-z][A-Za-z0-9._-]{0,99}$/.test(name);
export const isModel = (name: string): boolean => /^[a-z][a-z0-9_-]{0,63}$/.test(name);

/**
 * Reads what `define` printed: one JSON object, the fields of which have the right types. Fields that are not known are left alone.
 * @throws UserError saying what is wrong with it
 */
export function readDefinition(stdout: string, program: string): Definition {
  const value = parsedJson(stdout);
  if (!isJsonObject(value)) throw bad(program, 'printed no JSON object', 'nothing else may be printed on its standard output');
  const fault = (text: string): UserError => bad(program, `printed a definition in which ${text}`);
  const name = text(value, 'Name', fault);
  if (!isProviderName(name)) throw bad(program, `says that its name is "${harmlessLine(name)}"`, PROVIDER_NAME_RULE);
  const version = fieldOf(value, 'PluginVersion');
  if (version !== PROTOCOL_VERSION)
    throw bad(program, `speaks version ${JSON.stringify(version ?? null)} of the protocol`, `${PROTOCOL_VERSION} is spoken here`);
  return {
    name,
    version: text(value, 'Version', fault),
    autoStart: flag(value, 'AutoStart', fault),
    hasPublish: flag(value, 'HasPublish', fault),
    actions: list(value, 'AvailableActions', fault).map((action) => readAction(action, fault)),
    required: names(value, 'RequiredParams', fault),
    optional: names(value, 'OptionalParams', fault),
    storeObjects: storeObjects(value, fault),
    documentation: text(value, 'Documentation', fault),
    meta: texts(value, fault),
    content: text(value, 'Content', fault),
  };
}

type Fault = (text: string) => UserError;

const bad = (program: string, text: string, hint = 'tell its author'): UserError =>
  new UserError('bad-definition', `${harmlessLine(program)} ${text}`, { hint });

function readAction(value: unknown, fault: Fault): ActionDefinition {
  if (!isJsonObject(value)) throw fault('one of AvailableActions is no object');
  const command = text(value, 'Command', fault);
  if (!isCommand(command)) throw fault(`"${harmlessLine(command)}" is the Command of an action`);
  const model = text(value, 'Model', fault);
  if (model !== '' && !isModel(model)) throw fault(`"${harmlessLine(model)}" is the Model of ${command}`);
  return { command, model, required: names(value, 'RequiredParams', fault), optional: names(value, 'OptionalParams', fault) };
}

function storeObjects(value: JsonObject, fault: Fault): Record<string, JsonObject> {
  const found = fieldOf(value, 'StoreObjects') ?? {};
  if (!isJsonObject(found)) throw fault('StoreObjects is no object');
  return Object.fromEntries(
    Object.entries(found).map(([type, schema]) => {
      if (!isModel(type) || !isJsonObject(schema ?? {})) throw fault(`StoreObjects has "${harmlessLine(type)}"`);
      return [type, (schema ?? {}) as JsonObject];
    }),
  );
}

function texts(value: JsonObject, fault: Fault): Record<string, string> {
  const found = fieldOf(value, 'Meta') ?? {};
  if (!isJsonObject(found) || !Object.values(found).every((one) => typeof one === 'string')) throw fault('Meta is no object of texts');
  return found as Record<string, string>;
}

function text(value: JsonObject, name: string, fault: Fault): string {
  const found = fieldOf(value, name) ?? '';
  if (typeof found !== 'string') throw fault(`${name} is no text`);
  return found;
}

function flag(value: JsonObject, name: string, fault: Fault): boolean {
  const found = fieldOf(value, name) ?? false;
  if (typeof found !== 'boolean') throw fault(`${name} is neither true nor false`);
  return found;
}

function list(value: JsonObject, name: string, fault: Fault): readonly unknown[] {
  const found = fieldOf(value, name) ?? [];
  if (!Array.isArray(found)) throw fault(`${name} is no list`);
  return found;
}

const names = (value: JsonObject, name: string, fault: Fault): string[] =>
  list(value, name, fault).map((one) => {
    if (typeof one !== 'string' || !isParamName(one)) throw fault(`${name} has what is no name of a parameter`);
    return one;
  });
