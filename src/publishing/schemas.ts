import type { AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv';
import { isTooDeep, SCHEMA_DEPTH } from './schema-depth.ts';

/** The drafts of JSON Schema that are known here, by the address in `$schema`: those of published indexes, and what is between and behind them. */
const DRAFTS: readonly (readonly [address: RegExp, draft: Draft])[] = [
  [/^http:\/\/json-schema\.org\/(draft-04\/)?schema#?$/, '04'],
  [/^http:\/\/json-schema\.org\/draft-06\/schema#?$/, '06'],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, '07'],
  [/^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, '2020-12'],
];
type Draft = '04' | '06' | '07' | '2020-12';

/** What was found of a schema. */
export interface SchemaReport {
  /** What is wrong with it, each with the place in it where that is so. */
  readonly faults: readonly string[];
  /** What was not checked, and why. */
  readonly remark?: string;
}

const checkers = new Map<Draft, Promise<ValidateFunction>>();

/**
 * Checks whether a text is a JSON schema: whether it is what the meta-schema of its draft asks for. Nothing is fetched. A schema that names no draft is
 * held to draft-07, as Botkube's generator holds all of them to that.
 */
export async function checkSchema(text: string): Promise<SchemaReport> {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    return { faults: [`is no JSON: ${(error as Error).message}`] };
  }
  if (typeof schema === 'boolean') return { faults: [] };
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return { faults: ['is no JSON object'] };
  if (isTooDeep(schema)) return { faults: [`is nested more than ${SCHEMA_DEPTH} levels deep`] };
  const { $schema: named = 'http://json-schema.org/draft-07/schema#' } = schema as AnySchemaObject;
  const draft = DRAFTS.find(([address]) => typeof named === 'string' && address.test(named))?.[1];
  if (draft === undefined) return { faults: [], remark: `"$schema" is ${JSON.stringify(named)}, which is not known here: the schema is not checked` };
  const checker = checkers.get(draft) ?? makeChecker(draft);
  checkers.set(draft, checker);
  const validate = await checker;
  if (validate(schema)) return { faults: [] };
  return { faults: [...new Set((validate.errors ?? []).map(faultText))] };
}

/** The meta-schemas are the library's own files. */
async function makeChecker(draft: Draft): Promise<ValidateFunction> {
  const options = { strict: false, allErrors: true, validateFormats: false, logger: false } as const;
  if (draft === '2020-12') {
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    return compiled(new Ajv2020(options), 'https://json-schema.org/draft/2020-12/schema');
  }
  if (draft === '04') {
    const { default: Ajv04 } = await import('ajv-draft-04');
    return compiled(new Ajv04.default(options), 'http://json-schema.org/draft-04/schema');
  }
  const { Ajv } = await import('ajv');
  const ajv = new Ajv(options);
  if (draft === '06') ajv.addMetaSchema(await import('ajv/dist/refs/json-schema-draft-06.json', { with: { type: 'json' } }).then((file) => file.default));
  return compiled(ajv, `http://json-schema.org/draft-${draft}/schema`);
}

function compiled(ajv: { getSchema(address: string): ValidateFunction | undefined }, address: string): ValidateFunction {
  const validate = ajv.getSchema(address);
  if (!validate) throw new Error(`the meta-schema ${address} is not in the bundle`);
  return validate;
}

/** `properties.helmDriver.type: must be equal to one of the allowed values: array, boolean, …` */
function faultText({ instancePath, message = 'is wrong', params }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const allowed = 'allowedValues' in params && Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : '';
  return `${path === '' ? '(root)' : path}: ${message}${allowed}`;
}
