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

/** A change of one entry: where it stands, and what may take its place. */
interface Edit {
  readonly spot: Place;
  readonly ways: readonly string[];
}

/**
 * Sets a field in some entries of an index, or takes it away, and keeps every other byte: YAML in blocks or in braces, and JSON.
 * @param places the numbers of the entries, from 0
 * @returns the new text, which is the old one where nothing is to change
 * @throws UserError where it is written in a form that cannot be changed so
 */
export async function setInEntries(text: string, origin: string, places: readonly number[], field: string, value: FieldValue): Promise<string> {
  const together = await changedIn(text, origin, places, field, value);
  if (together !== undefined) return together;
  // Some are written in an unusual way: one by one, each is read again by itself.
  let changed = text;
  for (const place of places) {
    const one = await changedIn(changed, origin, [place], field, value);
    if (one === undefined) throw cannot(origin, place, field);
    changed = one;
  }
  return changed;
}

/** The text with a field of some entries set: several in the likeliest way, one in any; undefined where the text would not say what it should. */
async function changedIn(text: string, origin: string, places: readonly number[], field: string, value: FieldValue): Promise<string | undefined> {
  const { value: root } = await readYaml(text, origin);
  const spots = await spotsIn(text);
  const wanted = plain(root) as { entries: Record<string, unknown>[] };
  const edits: Edit[] = [];
  for (const index of places) {
    const [entry, spot] = [entriesIn(root)[index], spots[index]];
    if (!isMap(entry) || !spot) return undefined;
    const before = entry[field];
    if (isDeepStrictEqual(before === undefined ? undefined : plain(before), value)) continue;
    const target = wanted.entries[index] as Record<string, unknown>;
    delete target[field];
    if (value !== undefined) target[field] = value;
    const texts = await waysOf(text, spot, field, before !== undefined, value);
    if (texts.length === 0) return undefined;
    edits.push({ spot, ways: texts });
  }
  if (edits.length === 0) return text;
  // From the last on, so that those in front stay where they are.
  edits.sort((a, b) => b.spot.start - a.spot.start);
  const tries = edits.length === 1 ? (edits[0]?.ways.length ?? 0) : 1;
  for (let way = 0; way < tries; way++) {
    const candidate = edits.reduce((all, { spot, ways }) => all.slice(0, spot.start) + ways[way] + all.slice(spot.end), text);
    const read = await parseYaml(candidate);
    // Whatever the text was taken for: the result says what it should, and nothing else has changed.
    if ('value' in read && isDeepStrictEqual(plain(read.value), wanted)) return candidate;
  }
  return undefined;
}

const cannot = (origin: string, index: number, field: string): UserError =>
  new UserError('uneditable-file', `${origin}: "${field}" cannot be changed in entries[${index}], as that is written`, { hint: 'change it by hand' });

/** Without prototypes and other traces of the parser, to compare. */
const plain = (value: YamlValue): unknown => structuredClone(value);

const entriesIn = (root: YamlValue): readonly YamlValue[] => (isMap(root) && Array.isArray(root.entries) ? root.entries : []);

/** The texts of an entry that may be meant, the likeliest first. */
async function waysOf(text: string, { start, end }: Place, field: string, isThere: boolean, value: FieldValue): Promise<string[]> {
  const entry = text.slice(start, end);
  const isFlow = entry.startsWith('{');
  const [without, withField] = isFlow ? [withoutFlowField, withFlowField] : [withoutBlockField, withBlockField];
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1);
  const bare = isThere ? without(entry, field, indent) : entry;
  if (bare === undefined) return [];
  return value === undefined ? [bare] : withField(bare, field, value, indent);
}

/** Where the entries stand; undefined for what is no mapping. */
async function spotsIn(text: string): Promise<(Place | undefined)[]> {
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
  return entriesIn(load(text, { schema: FAILSAFE_SCHEMA, listener }) as YamlMap).map((entry) => {
    const place = found.get(entry);
    if (!place) return undefined;
    const skipped = /^(?:\s|#[^\n]*\n)*/.exec(text.slice(place.start, place.end))?.[0].length ?? 0;
    return { start: place.start + skipped, end: place.end };
  });
}
