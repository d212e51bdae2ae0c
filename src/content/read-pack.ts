import { extname } from 'node:path';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { readSmallFile, whyUnread } from '../system/small-file.ts';
import { META_DEFAULTS, type Pack, type PackObject } from './pack.ts';
import { isMap, readObject } from './read-object.ts';

/** Bytes of a pack in one file. */
const MOST_BYTES = 32 << 20;

/**
 * Reads a pack that was bundled into a file of YAML or JSON.
 * @throws UserError bad-content naming the file and what is wrong with it
 */
export function readPack(file: string): Pack {
  const shown = harmlessLine(file);
  const refuse = (what: string): UserError => new UserError('bad-content', `${shown}${what}`, { hint: 'name a file that content:bundle wrote' });
  const extension = extname(file);
  if (!['.yaml', '.yml', '.json'].includes(extension)) throw refuse(' is no content pack: its name does not end in .yaml, .yml or .json');
  let text: string;
  try {
    text = readSmallFile(file, MOST_BYTES);
  } catch (error) {
    throw new UserError('unreadable-file', `${shown} ${whyUnread(error)}`, { hint: 'name a file that content:bundle wrote', cause: error });
  }
  const read = readObject(text, extension === '.json' ? 'json' : 'yaml');
  if ('text' in read) throw refuse(`${read.line === undefined ? '' : `:${read.line}`}: ${read.text}`);
  return packOf(read.value, refuse);
}

/**
 * The pack that a map says.
 * @param refuse makes the error for what is wrong with it, which is worded to stand behind a name
 */
export function packOf({ meta = {}, sections = {} }: PackObject, refuse: (what: string) => UserError): Pack {
  if (!isMap(meta) || !isMap(sections)) throw refuse(' has a meta or sections that are no maps');
  return { meta: texts(meta), sections: Object.fromEntries(Object.entries(sections).map(([type, section]) => [type, objects(type, section, refuse)])) };
}

const texts = (meta: PackObject): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...META_DEFAULTS, ...meta }).map(([field, value]) => [field, typeof value === 'string' ? value : String(value ?? '')]));

function objects(type: string, section: unknown, refuse: (what: string) => UserError): Record<string, PackObject> {
  if (!isMap(section)) throw refuse(` has a section ${harmlessLine(type)} that is no map`);
  return Object.fromEntries(
    Object.entries(section).map(([key, object]) => {
      if (!isMap(object)) throw refuse(` has ${harmlessLine(`${type}/${key}`)}, which is no map`);
      return [key, object];
    }),
  );
}
