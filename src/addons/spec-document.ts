import { isMap, isScalar, LineCounter, type Pair, type ParsedNode, parseAllDocuments, type Scalar, visit, type YAMLMap } from 'yaml';
import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';
import { ADDON_KEY, kebab, type SpecAddon, type SpecFile, type SpecText } from './spec-file.ts';

/**
 * Reads a spec of whatever YAML, as `readSpec` says.
 * @param origin the file, for messages
 * @throws UserError bad-spec with line and column
 */
export function readSpecDocument(text: string, origin: string): SpecFile {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, schema: 'failsafe', prettyErrors: false });
  const refuse = (offset: number, what: string, hint = 'correct it there'): UserError => {
    const { line, col } = lines.linePos(offset);
    return new UserError('bad-spec', `${harmlessLine(origin)}:${line}:${col}: ${harmlessLine(what)}`, { hint });
  };
  const [document, another] = Array.isArray(documents) ? documents : [];
  const [error] = document?.errors ?? [];
  if (error) throw refuse(error.pos[0], error.message);
  if (another) throw refuse(another.range[0], 'a second document begins', 'give one spec a file');
  if (!document || !isMap(document.contents)) throw refuse(0, 'is no spec', 'write spec: and below it the add-ons');
  visit(document, {
    Alias: (_, node) => {
      throw refuse(node.range?.[0] ?? 0, 'aliases (*) are refused in a spec', 'write the value out');
    },
    Node: (_, node) => {
      if ('anchor' in node && node.anchor) throw refuse(node.range?.[0] ?? 0, 'anchors (&) are refused in a spec', 'write the value out where it is used');
    },
  });
  const spec = document.contents.get('spec', true) as ParsedNode | undefined;
  if (!isMap(spec)) throw refuse(spec?.range[0] ?? 0, 'has no mapping "spec"', 'write spec: and below it the add-ons');
  const addons = (spec.items as Pair<ParsedNode, ParsedNode | null>[]).flatMap(({ key, value }) => {
    if (!isScalar(key) || !isMap(value) || !value.has('version')) return [];
    const at = key.range?.[0] ?? 0;
    const word = String(key.value);
    if (!ADDON_KEY.test(word)) throw refuse(at, `"${word}" cannot be the name of an add-on`, 'a name is of letters, digits and "-"');
    const version = textOf(value, 'version');
    if (!version) throw refuse(value.range?.[0] ?? at, `the version of ${word} is no text`, 'write it as latest, 1.85.x or 1.85.0');
    return [{ key: word, name: kebab(word), version, ...placesOf(value, text), line: lines.linePos(at).line }];
  });
  const kurl = spec.get('kurl', true);
  const installerVersion = isMap(kurl) ? textOf(kurl, 'installerVersion')?.text : undefined;
  return { text, addons, installerVersion, values: () => spec.toJSON() as Record<string, unknown> };
}

function placesOf(map: YAMLMap, text: string): Pick<SpecAddon, 's3Override' | 'sha256' | 'isFlow' | 'indent'> {
  const first = map.items[0]?.key;
  const start = (isScalar(first) ? first.range?.[0] : undefined) ?? 0;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  return { s3Override: textOf(map, 's3Override'), sha256: textOf(map, 'sha256'), isFlow: map.flow === true, indent };
}

function textOf(map: YAMLMap, key: string): SpecText | undefined {
  const node = map.get(key, true) as Scalar | undefined;
  const [start, end] = node?.range ?? [];
  return isScalar(node) && typeof node.value === 'string' && node.value !== '' && start !== undefined && end !== undefined
    ? { text: node.value, range: [start, end] }
    : undefined;
}
