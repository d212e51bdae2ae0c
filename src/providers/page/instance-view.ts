import { isUserError } from '../../errors.ts';
import type { ActionDefinition } from '../definition/definition.ts';
import type { JsonObject } from '../definition/json-fields.ts';
import type { Provider } from '../definition/record.ts';
import type { Instance } from '../instances/instance.ts';
import { isSecret, type KnownParams, shownParams } from '../params/param.ts';
import type { Inventory } from '../supervisor/inventory.ts';

/** A parameter of an action, as a form needs it. */
export interface ParamView {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonObject;
  /** Its value is hidden while it is typed. */
  readonly secret: boolean;
  /** It is taken from the object alone, and whoever gives it is refused. */
  readonly ofObject: boolean;
}

export interface ActionView {
  readonly command: string;
  /** Empty for the system. */
  readonly model: string;
  readonly params: readonly ParamView[];
}

/** An instance as the page shows it, but for how it is. */
export interface InstanceView {
  readonly name: string;
  readonly provider: string;
  readonly version: string;
  readonly description: string;
  readonly wanted: boolean;
  readonly createdAt: string;
  /** Secrets are hidden. */
  readonly params: JsonObject;
  readonly actions: readonly ActionView[];
  /** Why no more is known. */
  readonly problem: string;
}

/** Describes an instance, also one whose provider is gone or damaged. */
export function instanceView(inventory: Inventory, { name, provider, description, wanted, createdAt, params }: Instance): InstanceView {
  const found = providerOf(inventory, provider);
  const known = inventory.known(provider);
  const own = { name, provider, description, wanted, createdAt, params: shownParams(params, known) };
  if ('problem' in found) return { ...own, version: '', actions: [], problem: found.problem };
  const { version, actions } = found.definition;
  return { ...own, version, actions: actions.map((action) => actionView(action, known)), problem: '' };
}

function providerOf(inventory: Inventory, name: string): Provider | { readonly problem: string } {
  try {
    return inventory.provider(name);
  } catch (error) {
    if (isUserError(error)) return { problem: error.message };
    throw error;
  }
}

const actionView = ({ command, model, required, optional }: ActionDefinition, known: KnownParams): ActionView => ({
  command,
  model,
  params: [...required, ...optional.filter((name) => !required.includes(name))].map((name) => paramView(name, required.includes(name), known)),
});

function paramView(name: string, required: boolean, known: KnownParams): ParamView {
  const param = known.get(name);
  const secret = isSecret(name, known);
  const { default: standard, ...schema } = param?.schema ?? {};
  const shown = secret || standard === undefined ? schema : { ...schema, default: standard };
  return { name, required, description: param?.description ?? '', schema: shown, secret, ofObject: param?.secure ?? false };
}
