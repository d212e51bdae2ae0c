import type { Declared } from './calls.ts';
import { type Definition, PROTOCOL_VERSION } from './models.ts';
import { contentOf } from './params.ts';

/** What `define` prints of a provider, before its own check of it. */
export function definitionOf({ spec, handlers }: Declared): Definition {
  const { name, version, params = {}, required = [], optional = [] } = spec;
  return {
    Meta: spec.meta ?? {},
    Name: name,
    Version: version,
    PluginVersion: PROTOCOL_VERSION,
    AutoStart: spec.autoStart ?? false,
    HasPublish: handlers.publish !== undefined,
    AvailableActions: [...handlers.actions.values()].map((action) => ({
      Provider: '',
      Model: action.model,
      Command: action.command,
      RequiredParams: action.required,
      OptionalParams: action.optional,
    })),
    RequiredParams: required,
    OptionalParams: optional,
    StoreObjects: spec.storeObjects ?? {},
    Documentation: spec.documentation ?? '',
    Content: spec.content ?? contentOf(name, params),
  };
}

/** Whether an event is one of those that a handler wants: `TYPE.ACTION.KEY`, in which `*` stands for any; a key may have dots in it. */
export function isWanted(filters: readonly string[], { Type, Action, Key }: { readonly Type: string; readonly Action: string; readonly Key: string }): boolean {
  const parts = [Type, Action, Key];
  return filters.some((filter) => {
    const [type = '*', action = '*', ...key] = filter.split('.');
    const wanted = [type, action, key.length === 0 ? '*' : key.join('.')];
    return wanted.every((one, place) => one === '*' || one === parts[place]);
  });
}
