import type { JsonObject } from './models.ts';

/** A parameter: the JSON schema of its values, with what tells people of it. */
export interface ParamSpec {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly enum?: readonly unknown[];
  readonly items?: ParamSpec;
  readonly default?: unknown;
  readonly description?: string;
  readonly documentation?: string;
  /** Whether its value is shown to nobody. */
  readonly secure?: boolean;
  /** Whatever else a JSON schema has. */
  readonly [keyword: string]: unknown;
}
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** The type of the values that a schema allows. */
export type ValueOf<Spec extends ParamSpec> = Spec extends { readonly enum: readonly (infer Value)[] }
  ? Value
  : Spec extends { readonly type: 'string' }
    ? string
    : Spec extends { readonly type: 'integer' | 'number' }
      ? number
      : Spec extends { readonly type: 'boolean' }
        ? boolean
        : Spec extends { readonly type: 'array' }
          ? Spec extends { readonly items: infer Items extends ParamSpec }
            ? readonly ValueOf<Items>[]
            : readonly unknown[]
          : Spec extends { readonly type: 'object' }
            ? JsonObject
            : unknown;

/** Parameters as a handler gets them: those that are required or have a default are there. */
export type Values<Specs extends ParamSpecs, Required extends keyof Specs, Optional extends keyof Specs> = {
  readonly [Name in Required | WithDefault<Specs, Optional>]: ValueOf<Specs[Name]>;
} & { readonly [Name in Exclude<Optional, WithDefault<Specs, Optional>>]?: ValueOf<Specs[Name]> };
type WithDefault<Specs extends ParamSpecs, Names extends keyof Specs> = {
  [Name in Names]: Specs[Name] extends { readonly default: unknown } ? Name : never;
}[Names];

/** Parameters with the defaults of those that were not given. */
export function withDefaults(specs: ParamSpecs, names: readonly string[], given: JsonObject): JsonObject {
  const left = names.filter((name) => !Object.hasOwn(given, name) && specs[name]?.default !== undefined);
  return { ...Object.fromEntries(left.map((name) => [name, specs[name]?.default])), ...given };
}

/** The content of a provider that says nothing but its parameters, as YAML, of which JSON is a part; empty where it has none. */
export function contentOf(name: string, specs: ParamSpecs): string {
  const params = Object.entries(specs).map(([param, { description = '', documentation = '', secure = false, ...Schema }]) => {
    return [param, { Name: param, Description: description, Documentation: documentation, Secure: secure, Schema }] as const;
  });
  return params.length === 0 ? '' : `${JSON.stringify({ meta: { Name: name }, sections: { params: Object.fromEntries(params) } }, null, 2)}\n`;
}
