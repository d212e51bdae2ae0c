import { readdirSync, realpathSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { statOrNothing } from '../system/links.ts';
import { readSmallBytes, whyUnread } from '../system/small-file.ts';
import { plural } from '../system/word-list.ts';
import { completed } from './models.ts';
import { META_DEFAULTS, type Pack, type PackObject } from './pack.ts';
import { readObject, type Told } from './read-object.ts';

/** A pack that was read, and what its author should know. */
export interface ReadPack {
  readonly pack: Pack;
  readonly warnings: readonly string[];
}

/** Bytes of one file of a pack; a host takes four million of all of them. */
const MOST_BYTES = 4 << 20;
/** Files that editors, file managers and git leave. */
const isLeftover = (name: string): boolean => /^\.(git.*|DS_Store|.*\.sw[a-p])$|~$/.test(name);

/**
 * Reads the directory that a content pack is made of: a file `._FIELD.meta` for each field that it has of itself, and a directory for each type of objects, with a file for each.
 * @param given fields that no file has
 * @throws UserError bad-content naming the file and the line
 */
export function readDirectory(directory: string, given: Readonly<Record<string, string>> = {}): ReadPack {
  if (!statOrNothing(directory)?.isDirectory())
    throw new UserError('not-a-directory', `${harmlessLine(directory)} is not a directory`, { hint: 'name the directory of a content pack' });
  const warnings: string[] = [];
  const within = `${realpathSync(directory)}${sep}`;
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name } of entries) {
    const [, field] = /^\._(.+)\.meta$/.exec(name) ?? [];
    if (field !== undefined && !Object.hasOwn(META_DEFAULTS, field)) warnings.push(`${harmlessLine(name)}: a content pack has no field ${harmlessLine(field)}`);
  }
  const meta = Object.entries(META_DEFAULTS).map(([field, value]) => [field, metaFile(directory, within, field) || (given[field]?.trim() ?? value)] as const);
  const types = entries.filter((entry) => !entry.name.startsWith('.') && statOrNothing(join(directory, entry.name))?.isDirectory());
  const sections = types
    .map(({ name }) => [name, readSection(directory, within, name, warnings)] as const)
    .filter(([, objects]) => Object.keys(objects).length > 0);
  return { pack: { meta: Object.fromEntries(meta), sections: Object.fromEntries(sections) }, warnings };
}

function metaFile(directory: string, within: string, field: string): string {
  const name = `._${field}.meta`;
  if (!statOrNothing(join(directory, name))) return '';
  return textOf(directory, within, name).trim();
}

function readSection(directory: string, within: string, type: string, warnings: string[]): Record<string, PackObject> {
  const found = new Map<string, { readonly file: string; readonly object: PackObject }>();
  const names = readdirSync(join(directory, type)).filter((name) => !isLeftover(name) && !statOrNothing(join(directory, type, name))?.isDirectory());
  for (const name of names.sort()) {
    const file = `${type}/${name}`;
    const read = objectOf(type, name, textOf(directory, within, file));
    if ('text' in read) throw bad(file, read);
    const filled = completed(type, read.value);
    if (typeof filled === 'string') throw bad(file, { text: filled });
    const { key, object, unknown } = filled;
    const before = found.get(key);
    if (before)
      throw new UserError('bad-content', `${harmlessLine(file)} and ${harmlessLine(before.file)} are both ${harmlessLine(key)}`, {
        hint: 'give one of them another name',
      });
    found.set(key, { file, object });
    warnings.push(...read.warnings.map(({ line, text }) => `${harmlessLine(file)}:${line}: ${text}`));
    if (unknown.length > 0)
      warnings.push(`${harmlessLine(file)}: ${type} have no ${plural(unknown.length, 'field').replace(/^1 /, '')} ${harmlessLine(unknown.join(', '))}`);
  }
  return Object.fromEntries([...found].map(([key, { object }]) => [key, object]));
}

/** A file as an object: among templates, what is neither YAML nor JSON is the text of one. */
function objectOf(type: string, name: string, text: string): ReturnType<typeof readObject> {
  const extension = extname(name);
  if (extension === '.yaml' || extension === '.yml') return readObject(text, 'yaml');
  if (extension === '.json') return readObject(text, 'json');
  if (type === 'templates') return { value: { ID: name, Contents: text }, warnings: [] };
  return { text: 'is no object: its name does not end in .yaml, .yml or .json' };
}

const bad = (file: string, { line, text }: Told): UserError =>
  new UserError('bad-content', `${harmlessLine(file)}${line === undefined ? '' : `:${line}`}: ${text}`, { hint: 'correct it there' });

const INSIDE = 'put what it should hold into the directory';

/** The text of a file of the pack. A link is followed only to what is in the pack as well: what it has is published. */
function textOf(directory: string, within: string, name: string): string {
  const file = join(directory, name);
  let bytes: Buffer;
  try {
    if (!`${realpathSync(file)}${sep}`.startsWith(within)) throw new UserError('bad-content', 'leads out of the directory', { hint: INSIDE });
    bytes = readSmallBytes(file, MOST_BYTES);
  } catch (error) {
    throw new UserError('bad-content', `${harmlessLine(name)} ${whyUnread(error)}`, { hint: INSIDE, cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    throw new UserError('bad-content', `${harmlessLine(name)} is no UTF-8`, { hint: 'a content pack has texts alone', cause: error });
  }
}
