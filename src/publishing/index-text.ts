import type { Type as YamlType } from 'js-yaml';
import { isMap } from '../catalogue/formats/fields.ts';
import { readYaml } from '../catalogue/formats/yaml.ts';
import { UserError } from '../errors.ts';
import type { IndexEntry } from './index-entry.ts';

/** The text of an index: the same entries give the same bytes. */
export async function indexText(entries: readonly IndexEntry[]): Promise<string> {
  return dumped({ entries });
}

/** A value as YAML: each text on one line, or as a block where it has several. */
export async function dumped(value: object): Promise<string> {
  const { dump } = await import('js-yaml');
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** The same index as JSON. */
export const indexJson = (entries: readonly IndexEntry[]): string => `${JSON.stringify({ entries }, null, 2)}\n`;

/**
 * Reads the entries of an index that are to stay: all their fields, so that they are written again as they are. A number is one only where it is written
 * as it would be written again: `1.10` is a text.
 * @param origin where the text is from, for messages
 * @throws UserError for what is no index of Botkube's shape
 */
export async function readEntries(text: string, origin: string): Promise<IndexEntry[]> {
  // Refuses what an index may not have, and tells the line.
  const { value } = await readYaml(text, origin);
  const refuse = (what: string): never => {
    throw new UserError('not-an-index', `${origin} ${what}`, { hint: 'name an index that repository:index wrote, or one of its form' });
  };
  if (!isMap(value) || !Object.hasOwn(value, 'entries')) refuse('is no index with "entries"');
  const { entries } = (await load(text)) as { entries: unknown };
  const list: readonly unknown[] = Array.isArray(entries) ? entries : entries === null ? [] : refuse('has "entries" that are no list');
  return list.map((entry, place) => entryIn(entry) ?? refuse(`has an entry that is none: entries[${place}] needs name, version and urls`));
}

/** The same of an index of somebody else's: entries that are none are left out. @throws UserError for a text that is no index of Botkube's shape */
export async function readUsableEntries(text: string, origin: string): Promise<IndexEntry[]> {
  // Refuses what an index may not have, and tells the line.
  const { value } = await readYaml(text, origin);
  const { entries } = isMap(value) ? ((await load(text)) as { entries?: unknown }) : {};
  return Array.isArray(entries) ? entries.flatMap((entry: unknown) => entryIn(entry) ?? []) : [];
}

/** The same of an index that may not be written yet: an empty text has no entries. */
export const readEarlier = async (text: string, origin: string): Promise<IndexEntry[]> => (text.trim() === '' ? [] : readEntries(text, origin));

/** An entry whose fields that are looked at have the right shape; undefined for another. */
function entryIn(value: unknown): IndexEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { name, version, type, urls } = value;
  const isUrl = (url: unknown): boolean =>
    isRecord(url) && typeof url.url === 'string' && isRecord(url.platform) && isWord(url.platform.os) && isWord(url.platform.architecture);
  if (!isWord(name) || !isWord(version) || !(type === undefined || isWord(type)) || !Array.isArray(urls) || !urls.every(isUrl)) return undefined;
  return { ...value, name: String(name), version: String(version) } as IndexEntry;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWord = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

async function load(text: string): Promise<unknown> {
  const { FAILSAFE_SCHEMA, load: loadYaml, Type, types } = (await import('js-yaml')) as typeof import('js-yaml') & { types: Record<'bool' | 'null', YamlType> };
  const number = new Type('tag:yaml.org,2002:float', {
    kind: 'scalar',
    resolve: (written: string | null) => written !== null && /^-?\d/.test(written) && String(Number(written)) === written,
    construct: Number,
  });
  return loadYaml(text, { schema: FAILSAFE_SCHEMA.extend({ implicit: [types.bool, types.null, number] }) });
}
