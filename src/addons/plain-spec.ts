import { ADDON_KEY, kebab, type SpecAddon, type SpecFile, type SpecText } from './spec-file.ts';

/** A mapping, and what its keys are indented by. */
interface PlainMap {
  readonly indent: number;
  readonly fields: Map<string, PlainField>;
}

/** What a key has: a text, a mapping, or nothing. */
interface PlainField {
  readonly line: number;
  readonly text: SpecText | undefined;
  map: PlainMap | undefined;
}

/** Anything else than printable ASCII and letters, and ends of lines that are none for YAML. */
const UNUSUAL = /[^\x20-\x7e\r\n\u00a1-\u2027\u202a-\ud7ff]|\r(?!\n)/;
const BLANK = /^ *(?:#.*)?$/;
/** `key:`, `key: value`, and a comment behind it. A value is a word, or stands in quotes without anything to escape. */
const FIELD =
  /^( *)([A-Za-z][\w-]{0,99}):(?: +([A-Za-z0-9](?:[\w.,+:/~%@=?&*!;()-]*[\w.,+/~%@=?&*!;()-])?|'[^'\x80-\uffff]*'|"[^"\\\x80-\uffff]*"))?(?: +#.*| *)$/;

/**
 * Reads a spec that is written in the plainest YAML: mappings below each other, of words and quoted texts, with comments.
 * @returns undefined for one that has anything else, or anything wrong, which takes a reader of all of YAML
 */
export function plainSpec(text: string): SpecFile | undefined {
  const spec = rootOf(text)?.fields.get('spec')?.map;
  if (!spec) return undefined;
  const addons: SpecAddon[] = [];
  for (const [key, { map, line }] of spec.fields) {
    if (!map?.fields.has('version')) continue;
    const version = textOf(map, 'version');
    if (!version || !ADDON_KEY.test(key)) return undefined;
    const places = { s3Override: textOf(map, 's3Override'), sha256: textOf(map, 'sha256'), isFlow: false, indent: ' '.repeat(map.indent) };
    addons.push({ key, name: kebab(key), version, ...places, line });
  }
  const kurl = spec.fields.get('kurl')?.map;
  return { text, addons, installerVersion: kurl && textOf(kurl, 'installerVersion')?.text, values: () => valuesOf(spec) };
}

/** The mapping that a text is; undefined where it is not as plain as that. */
function rootOf(text: string): PlainMap | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const root: PlainMap = { indent: 0, fields: new Map() };
  const open = [root];
  let last: PlainField | undefined;
  let offset = 0;
  for (const [index, ended] of text.split('\n').entries()) {
    const start = offset;
    offset += ended.length + 1;
    const row = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
    if (BLANK.test(row)) continue;
    const [, { length: indent } = '', key = '', value] = FIELD.exec(row) ?? [];
    if (key === '') return undefined;
    let map = open.at(-1) ?? root;
    if (indent > map.indent) {
      // What stands further in than a value goes on with it.
      if (!last || last.text) return undefined;
      map = { indent, fields: new Map() };
      last.map = map;
      open.push(map);
    }
    while (indent < map.indent) {
      open.pop();
      map = open.at(-1) ?? root;
    }
    if (indent !== map.indent || map.fields.has(key)) return undefined;
    last = { line: index + 1, text: value === undefined ? undefined : placeOf(value, row, start, indent + key.length + 1), map: undefined };
    map.fields.set(key, last);
  }
  return root;
}

/** A value without its quotes, and where it is with them. @param from where it is looked for in its line */
function placeOf(value: string, row: string, start: number, from: number): SpecText {
  const at = start + row.indexOf(value, from);
  return { text: /^['"]/.test(value) ? value.slice(1, -1) : value, range: [at, at + value.length] };
}

/** The text of a field; one that is empty counts as none. */
function textOf({ fields }: PlainMap, key: string): SpecText | undefined {
  const text = fields.get(key)?.text;
  return text && text.text !== '' ? text : undefined;
}

const valuesOf = ({ fields }: PlainMap): Record<string, unknown> =>
  Object.fromEntries([...fields].map(([key, { text, map }]) => [key, map ? valuesOf(map) : (text?.text ?? '')]));
