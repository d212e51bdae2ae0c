import { isDeepStrictEqual } from 'node:util';
import type { EventType, State } from 'js-yaml';
import { isMap } from '../catalogue/formats/fields.ts';
import { parseYaml, readYaml, type YamlMap, type YamlValue } from '../catalogue/formats/yaml.ts';
import { UserError } from '../errors.ts';
import { withBlockField, withoutBlockField } from './edit-block.ts';
import { withFlowField, withoutFlowField } from './edit-flow.ts';

/** A field that is set in an entry: a text, or a mapping of texts; undefined takes it away. */
export type FieldValue = string | Readonly<Record<string, string>> | undefined;

/** Where a mapping stands in a text: from its first character to behind its last, blanks and comments perhaps included at the end. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Sets a field in some entries of an index, or takes it away, and keeps every other byte: YAML in blocks or in braces, and JSON.
 * @param places the numbers of the entries, from 0
 * @returns the new text, which is the old one where nothing is to change
 * @throws UserError REFUSED where it is written in a form that cannot be changed so
 */
export async function setInEntries(text: string, origin: string, places: readonly number[], field: string, value: FieldValue): Promise<string> {
  let changed = text;
  // From the last on, so that those in front stay where they are.
  for (const place of places.toSorted((a, b) => b - a)) changed = await setInEntry(changed, origin, place, field, value);
  return changed;
}

async function setInEntry(text: string, origin: string, index: number, field: string, value: FieldValue): Promise<string> {
  const { value: root } = await readYaml(text, origin);
  const entry = entriesIn(root)[index];
  const place = isMap(entry) ? await placeOf(text, index) : undefined;
  if (!isMap(entry) || !place) throw cannot(origin, index, field);
  const before = entry[field];
  if (isDeepStrictEqual(before === undefined ? undefined : plain(before), value)) return text;
  const wanted = plain(root) as { entries: Record<string, unknown>[] };
  const target = wanted.entries[index] as Record<string, unknown>;
  delete target[field];
  if (value !== undefined) target[field] = value;
  for (const candidate of await candidates(text, place, field, before !== undefined, value)) {
    const read = await parseYaml(candidate);
    // Whatever the text was taken for: the result says what it should, and nothing else has changed.
    if ('value' in read && isDeepStrictEqual(plain(read.value), wanted)) return candidate;
  }
  throw cannot(origin, index, field);
}

const cannot = (origin: string, index: number, field: string): UserError =>
  new UserError('REFUSED', `${origin}: "${field}" cannot be changed in entries[${index}], as that is written`, { hint: 'change it by hand' });

/** Without prototypes and other traces of the parser, to compare. */
const plain = (value: YamlValue): unknown => structuredClone(value);

const entriesIn = (root: YamlValue): readonly YamlValue[] => (isMap(root) && Array.isArray(root.entries) ? root.entries : []);

/** The texts that may be meant, the likeliest first. */
async function candidates(text: string, { start, end }: Place, field: string, isThere: boolean, value: FieldValue): Promise<string[]> {
  const [head, entry, tail] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  const isFlow = entry.startsWith('{');
  const [without, withField] = isFlow ? [withoutFlowField, withFlowField] : [withoutBlockField, withBlockField];
  const indent = start - (head.lastIndexOf('\n') + 1);
  const bare = isThere ? without(entry, field, indent) : entry;
  if (bare === undefined) return [];
  const edited = value === undefined ? [bare] : await withField(bare, field, value, indent);
  return edited.map((one) => head + one + tail);
}

/** Where an entry stands. */
async function placeOf(text: string, index: number): Promise<Place | undefined> {
  const { FAILSAFE_SCHEMA, load } = await import('js-yaml');
  const found = new Map<unknown, Place>();
  const starts: number[] = [];
  const listener = (event: EventType, state: State): void => {
    if (event === 'open') starts.push(state.position);
    else {
      const start = starts.pop() ?? 0;
      if (state.kind === 'mapping') found.set(state.result, { start, end: state.position });
    }
  };
  const entry = entriesIn(load(text, { schema: FAILSAFE_SCHEMA, listener }) as YamlMap)[index];
  const place = found.get(entry);
  if (!place) return undefined;
  const skipped = /^(?:\s|#[^\n]*\n)*/.exec(text.slice(place.start, place.end))?.[0].length ?? 0;
  return { start: place.start + skipped, end: place.end };
}
