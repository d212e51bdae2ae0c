import { isTable } from '../../config/toml.ts';
import { isTooDeep } from '../schema-depth.ts';

/** One property of a JSON schema. */
export interface SchemaRow {
  /** `slack.channels[].name`. */
  readonly path: string;
  readonly type: string;
  /** The default as JSON; empty where there is none. */
  readonly fallback: string;
  readonly text: string;
  readonly isRequired: boolean;
}

/** How deep properties are told, and how many. */
const DEPTH = 5;
const MOST_ROWS = 200;
const MOST_CHARACTERS = 64 << 10;
/** Characters of a default or of a list of values. */
const LONGEST_VALUE = 200;

type Schema = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON schema of drafts 04 to 07 as far as a table tells it: the properties, those within, and references within the schema.
 * @returns its rows and its text, indented; undefined for what is no schema, or very large or deep
 */
export function readSchema(source: string): { readonly rows: readonly SchemaRow[]; readonly text: string } | undefined {
  if (source.length > MOST_CHARACTERS) return undefined;
  let schema: unknown;
  try {
    schema = JSON.parse(source);
  } catch {
    return undefined;
  }
  if (!isTable(schema) || isTooDeep(schema)) return undefined;
  const rows: SchemaRow[] = [];
  addRows(rows, schema, schema, '', DEPTH);
  return { rows, text: JSON.stringify(schema, null, 2) };
}

function addRows(rows: SchemaRow[], root: Schema, at: Schema, prefix: string, depth: number): void {
  const parent = resolved(root, at);
  const required: readonly unknown[] = Array.isArray(parent.required) ? parent.required : [];
  for (const [name, value] of isTable(parent.properties) ? Object.entries(parent.properties) : []) {
    if (rows.length >= MOST_ROWS) return;
    const property = isTable(value) ? resolved(root, value) : {};
    const path = prefix === '' ? name : `${prefix}.${name}`;
    rows.push({ path, ...factsOf(property), isRequired: required.includes(name) });
    if (depth === 0) continue;
    addRows(rows, root, property, path, depth - 1);
    if (isTable(property.items)) addRows(rows, root, property.items, `${path}[]`, depth - 1);
  }
}

function factsOf(property: Schema): Pick<SchemaRow, 'type' | 'fallback' | 'text'> {
  const text = [property.title, property.description].filter((part) => typeof part === 'string' && part !== '').join(': ');
  return { type: typeOf(property), fallback: property.default === undefined ? '' : inShort(JSON.stringify(property.default)), text };
}

function typeOf(property: Schema): string {
  if (Array.isArray(property.enum)) return inShort(property.enum.map((value) => JSON.stringify(value)).join(', '));
  if (Array.isArray(property.type)) return inShort(property.type.map(String).join(' or '));
  if (property.type === 'array' && isTable(property.items) && typeof property.items.type === 'string') return `array of ${inShort(property.items.type)}`;
  return typeof property.type === 'string' ? inShort(property.type) : '';
}

const inShort = (text: string): string => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);

/** What a reference within the schema leads to: once, as one that leads to another is rare. */
function resolved(root: Schema, at: Schema): Schema {
  if (typeof at.$ref !== 'string' || !at.$ref.startsWith('#/')) return at;
  let found: unknown = root;
  for (const part of at.$ref.slice(2).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isTable(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return isTable(found) ? found : at;
}
