import type { Content } from '../definition/content.ts';
import { fieldOf, isJsonObject, type JsonObject, textField } from '../definition/json-fields.ts';

/** A parameter that some provider describes. */
export interface Param {
  readonly name: string;
  readonly description: string;
  /** What its values are like; undefined where nobody says. */
  readonly schema: JsonObject | undefined;
  readonly secure: boolean;
}

/** The parameters that are known, by their names. */
export type KnownParams = ReadonlyMap<string, Param>;

/** Names of parameters whose values are hidden although nobody says that they are secret. */
const SECRET_NAME = /(token|secret|passw|passphrase|credential|private.?key|api.?key)/i;

/** Whether the value of a parameter is shown to nobody. */
export function isSecret(name: string, known: KnownParams): boolean {
  const param = known.get(name);
  if (param === undefined) return SECRET_NAME.test(name);
  return param.secure || param.schema?.format === 'password' || param.schema?.writeOnly === true || SECRET_NAME.test(name);
}

/** The parameters that contents describe; of two with one name the first counts. */
export function knownParams(contents: readonly Content[]): KnownParams {
  const found = new Map<string, Param>();
  for (const { type, name, value } of contents.flatMap(({ objects }) => objects)) {
    if (type !== 'params' || found.has(name)) continue;
    const schema = fieldOf(value, 'Schema');
    found.set(name, {
      name,
      description: textField(value, 'Description') || textField(value, 'Documentation'),
      schema: isJsonObject(schema) ? schema : undefined,
      secure: fieldOf(value, 'Secure') === true,
    });
  }
  return found;
}

/** What stands in place of a secret. */
export const HIDDEN = '********';

/** Parameters as they may be shown. */
export const shownParams = (params: JsonObject, known: KnownParams): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, isSecret(name, known) ? HIDDEN : value]));

/** A secret that is shorter would be found in half of all words. */
const LEAST_HIDDEN = 4;
/** A line of one that is hidden by itself. */
const LEAST_LINE = 16;

/**
 * What hides secret values in a text: those of the parameters, also inside lists and maps, as they are and as JSON writes them.
 * @param others secrets besides
 */
export function redactor(params: JsonObject, known: KnownParams, others: readonly string[] = []): (text: string) => string {
  const values = Object.entries(params).flatMap(([name, value]) => (isSecret(name, known) ? textsIn(value) : []));
  const secrets = [...new Set([...values, ...others].flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))]
    .filter((text) => text.length >= LEAST_HIDDEN)
    .sort((a, b) => b.length - a.length);
  if (secrets.length === 0) return (text) => text;
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
}

function textsIn(value: unknown): string[] {
  // A key of several lines is logged line by line.
  if (typeof value === 'string') return [value, ...value.split('\n').filter((line) => line.length >= LEAST_LINE)];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
