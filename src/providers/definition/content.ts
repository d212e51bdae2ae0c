import { readObject } from '../../content/read-object.ts';
import { packOf } from '../../content/read-pack.ts';
import { UserError } from '../../errors.ts';
import { type JsonObject, textField } from './json-fields.ts';

/** An object that a provider brings, as it is written there. */
export interface ContentObject {
  readonly type: string;
  readonly name: string;
  readonly value: JsonObject;
}

/** What a provider brings with it: parameters with their schemas, and whatever else. Nobody but the provider changes it. */
export interface Content {
  readonly meta: JsonObject;
  readonly objects: readonly ContentObject[];
}

/**
 * Reads the `Content` of a definition, a content pack.
 * @throws UserError naming what is wrong with it
 */
export function readContent(text: string, provider: string): Content {
  if (text.trim() === '') return { meta: {}, objects: [] };
  const refuse = (what: string): UserError => new UserError('bad-definition', `The content of ${provider}${what}`, { hint: 'tell its author' });
  const read = readObject(text, 'yaml');
  if ('text' in read) throw refuse(`, line ${read.line ?? 1}: ${read.text}`);
  const { meta, sections } = packOf(read.value, refuse);
  const objects = Object.entries(sections).flatMap(([type, section]) =>
    Object.entries(section).map(([key, value]) => ({ type, name: textField(value, 'Name') || key, value })),
  );
  return { meta, objects };
}
