import type { PackObject } from './pack.ts';

/** A type of objects: which field has the key of one, and what its fields are if they are left out. */
interface Model {
  readonly key: string;
  readonly defaults: PackObject;
}

/** What objects of every type have. */
const COMMON = { Available: false, Bundle: '', Description: '', Endpoint: '', Errors: [], Meta: {}, ReadOnly: false, Validated: false };
const named = (defaults: PackObject): Model => ({ key: 'Name', defaults: { ...COMMON, Documentation: '', ...defaults } });
const PARAMETERS = { OptionalParams: [], RequiredParams: [] };

/** The types of objects that hosts know; a schema of a parameter may be anything. */
const MODELS: Readonly<Record<string, Model>> = {
  bootenvs: named({ BootParams: '', Initrds: [], Kernel: '', Loaders: {}, OS: {}, OnlyUnknown: false, Templates: [], ...PARAMETERS }),
  contexts: named({ Engine: '', Image: '' }),
  params: named({ Schema: undefined, Secure: false }),
  plugins: named({ Params: {}, Partial: false, PluginErrors: [], Provider: '' }),
  profiles: named({ Params: {}, Partial: false, Profiles: [] }),
  roles: named({ Claims: [] }),
  stages: named({
    BootEnv: '',
    Params: {},
    Partial: false,
    Profiles: [],
    Reboot: false,
    RunnerWait: false,
    Tasks: [],
    Templates: [],
    ...PARAMETERS,
  }),
  tasks: named({ Prerequisites: [], Templates: [], ...PARAMETERS }),
  templates: { key: 'ID', defaults: { ...COMMON, Contents: '' } },
  tenants: named({ Members: {}, Users: [] }),
  workflows: named({ Stages: [] }),
};

/** Fields in which an object of another type may have its key, the first that is there. */
const OTHER_KEYS = ['Id', 'ID', 'Name'];

/** An object with all fields of its type. */
export interface Completed {
  readonly key: string;
  readonly object: PackObject;
  /** Fields that its type does not have; they stay. */
  readonly unknown: readonly string[];
}

/**
 * Fills in what an object leaves out. A field that is written in other letters, like `name`, is given its own name; null counts as left out.
 * @returns why it cannot be used, if it cannot
 */
export function completed(type: string, given: PackObject): Completed | string {
  const model = Object.hasOwn(MODELS, type) ? MODELS[type] : undefined;
  if (!model) return completedOther(type, given);
  const { key: keyField, defaults } = model;
  const fields = [...Object.keys(defaults), keyField];
  const filled: [string, unknown][] = Object.entries(defaults).filter(([, value]) => value !== undefined);
  const unknown: string[] = [];
  const seen = new Map<string, string>();
  for (const [written, value] of Object.entries(given)) {
    const field = fields.includes(written) ? written : (fields.find((one) => one.toLowerCase() === written.toLowerCase()) ?? written);
    const before = seen.get(field);
    if (before !== undefined) return `has ${before} and ${written}, which are one field`;
    seen.set(field, written);
    if (!fields.includes(field)) unknown.push(written);
    if (value === null && (field === keyField || Object.hasOwn(defaults, field))) continue;
    const wanted = field === keyField ? '' : defaults[field];
    if (wanted !== undefined && kindOf(value) !== kindOf(wanted)) return `has ${kindOf(value)} as its ${field}, which is ${kindOf(wanted)}`;
    filled.push([field, value]);
  }
  return keyed(keyField, Object.fromEntries(filled), unknown);
}

/** Of a type that only its provider knows, the fields are any; its own name is the type of what does not say otherwise. */
function completedOther(type: string, given: PackObject): Completed | string {
  const object = { ...COMMON, Documentation: '', Params: {}, Type: type, ...given };
  const field = OTHER_KEYS.find((one) => given[one] !== undefined) ?? 'Id';
  return keyed(field, object, []);
}

function keyed(field: string, object: PackObject, unknown: readonly string[]): Completed | string {
  const key = object[field];
  if (typeof key !== 'string' || key.trim() === '') return `has no ${field}`;
  return { key, object, unknown };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const kinds: Partial<Record<string, string>> = { string: 'a text', boolean: 'true or false', object: 'a map', number: 'a number' };
  return kinds[typeof value] ?? 'nothing';
}
