import { createHash } from 'node:crypto';
import { shellQuote } from '../system/shell-quote.ts';
import { variableName } from './variable-names.ts';

/** What a spec says below each of its keys. All of its values are texts, lists or mappings. */
export type SpecValues = Readonly<Record<string, unknown>>;

/** Variables of a shell, by name. */
export type Variables = ReadonlyMap<string, string>;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as kURL gives it to its scripts: `true` is 1, `false` and 0 are empty, a list of texts has commas; undefined for what has another shape. */
function asVariable(value: unknown): string | undefined {
  if (value === 'true') return '1';
  if (value === 'false' || value === '0' || value === 'null' || value === '~') return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join(',') : undefined;
}

/**
 * What add-ons are told of a spec: a variable for each field of each of its mappings (contract registry §2.6).
 * @param refused told of each field that becomes no variable, as its name would mean something else
 */
export function specVariables(values: SpecValues, refused: (place: string) => void = () => {}): Variables {
  const entries = Object.entries(values).flatMap(([addon, fields]) =>
    Object.entries(isMapping(fields) ? fields : {}).flatMap(([field, value]): [string, string][] => {
      const text = asVariable(value);
      const name = variableName(addon, field);
      if (name === undefined) refused(`spec.${addon}.${field}`);
      return text === undefined || name === undefined ? [] : [[name, text]];
    }),
  );
  return new Map(entries);
}

/** What add-ons are told of the version and the package that were chosen of one; nothing where the variable would mean something else. */
export function chosenVariables(addon: string, version: string, url: string | undefined): [name: string, value: string][] {
  const chosen = { version, ...(url === undefined ? {} : { s3Override: url }) };
  return Object.entries(chosen).flatMap(([field, value]): [string, string][] => {
    const name = variableName(addon, field);
    return name === undefined ? [] : [[name, value]];
  });
}

/** Variables as assignments that a shell reads. */
export const variablesText = (variables: Variables): string => [...variables].map(([name, value]) => `${name}=${shellQuote(value)}\n`).join('');

/** Where a package is and which version it is, which a source says itself. */
const OF_THE_PACKAGE: ReadonlySet<string> = new Set(['version', 's3Override', 'sha256']);

/**
 * A digest of what a spec says of one add-on beside its version and its package, by which it is known whether it was applied already.
 * @returns sha256 in hex; empty where it says nothing
 */
export function configDigest(values: SpecValues, key: string): string {
  const fields = values[key];
  const kept = Object.entries(isMapping(fields) ? fields : {}).filter(([field]) => !OF_THE_PACKAGE.has(field));
  return kept.length === 0
    ? ''
    : createHash('sha256')
        .update(JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1))))
        .digest('hex');
}
