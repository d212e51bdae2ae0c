import type { ErrorObject, ValidateFunction } from 'ajv';
import type { JsonObject } from '../definition/json-fields.ts';

const OPTIONS = { strict: false, allErrors: true, validateFormats: false, logger: false } as const;

const compiled = new WeakMap<JsonObject, Promise<ValidateFunction | string>>();

/**
 * What is wrong with a value by a schema, one text for each fault. Schemas of providers are of draft-04, unless `$schema` says otherwise or they use what came later.
 * @returns none for a value that suits; for a schema that cannot be used one that says so
 */
export async function schemaFaults(value: unknown, schema: JsonObject): Promise<string[]> {
  const known = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, known);
  const validate = await known;
  if (typeof validate === 'string') return [`its schema cannot be used: ${validate}`];
  return validate(value) ? [] : [...new Set((validate.errors ?? []).map((error) => faultText(error, value)))];
}

async function compile(schema: JsonObject): Promise<ValidateFunction | string> {
  // What Ajv does by promises is no part of JSON Schema, and would suit every value.
  const { $schema: named, $async: _, ...rest } = schema;
  try {
    if (typeof named === 'string' && !named.includes('draft-04')) return await laterDraft(rest, named);
    const { default: Ajv04 } = await import('ajv-draft-04');
    try {
      return new Ajv04.default(OPTIONS).compile(rest);
    } catch {
      return await laterDraft(rest, '');
    }
  } catch (error) {
    return (error as Error).message;
  }
}

async function laterDraft(schema: JsonObject, draft: string): Promise<ValidateFunction> {
  if (draft.includes('2020-12')) {
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    return new Ajv2020(OPTIONS).compile(schema);
  }
  const { Ajv } = await import('ajv');
  return new Ajv(OPTIONS).compile(schema);
}

/** `(root): Invalid type. Expected: integer, given: string`, as the people who write providers know it. */
function faultText({ instancePath, keyword, message = 'is wrong', params }: ErrorObject, value: unknown): string {
  const path = instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~') || '(root)';
  if (keyword === 'type') return `${path}: Invalid type. Expected: ${String(params.type)}, given: ${kindOf(at(value, instancePath))}`;
  if (keyword === 'required') return `${path}: ${params.missingProperty} is required`;
  const allowed = 'allowedValues' in params && Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : '';
  return `${path}: ${message}${allowed}`;
}

function at(value: unknown, pointer: string): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>((found, name) => (typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined), value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}
