import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from '../support/sandbox.ts';

const FOLDER = join(PACKAGE, 'docs/compatibility');
const LIBRARY = join(PACKAGE, 'plugins/common');
const STATES = ['same', 'better', 'refused'];

/** The library's own families, which no plugin of Dokku's knows: declared arguments, errors in JSON, arguments, reports and refusals of core commands, what is shown, owners of files, the store behind prop, programs that are providers. */
const INTERNAL = /^(args|command|fail|common|file|harmless|header|json|property|provider|refuse|report|sort)_/;

interface Row {
  /** File and line, for a message. */
  readonly where: string;
  /** What the row is about: commands, functions, or triggers behind the word `trigger`. None where it is told in words. */
  readonly names: readonly string[];
  readonly state: string;
  readonly why: string;
  readonly tests: readonly string[];
}

const spans = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => (match[1] as string).replaceAll('\\|', '|'));

/** A cell of names and nothing else: `a`, `b` (a remark), trigger `c`, fired: `d`. */
const isNames = (cell: string): boolean =>
  cell
    .replaceAll(/\(.*?\)/g, '')
    .replaceAll(/`[^`]+`|,|\btriggers?\b|\bfired:?|\bis\b/g, '')
    .trim() === '';

/** The rows of every table whose second column is a state: `| name | state | what differs | test |`. */
function rowsOf(file: string): Row[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (!line.startsWith('|') || /^\|[\s:|-]+$/.test(line) || /^\|\s*name\s*\|/i.test(line)) return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    expect(cells, `${file}:${index + 1} needs four cells`).toHaveLength(4);
    const [name = '', state = '', why = '', tests = ''] = cells.map((cell) => cell.trim());
    const kind = /^(trigger|fired)/.exec(name)?.[0];
    const names = isNames(name) ? spans(name.replaceAll(/\(.*?\)/g, '')).map((span) => (kind ? `${kind} ${span}` : span)) : [];
    return [{ where: `${file}:${index + 1}`, names, state: state.replaceAll('`', ''), why, tests: spans(tests) }];
  });
}

const rows = existsSync(FOLDER)
  ? readdirSync(FOLDER)
      .filter((file) => file.endsWith('.md'))
      .flatMap(rowsOf)
  : [];

/** Whether a text holds a name as a whole: `apps:list` does not stand for `apps`, nor `list-get-all` for `list-get`. */
function mentions(text: string, name: string): boolean {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-]|:[\\w])`).test(text);
}

/** A name without what stands for arguments: `prop set <plugin>` is tested as `prop set`. */
const called = (name: string): string =>
  name
    .replace(/^(trigger|fired) /, '')
    .replace(/\s+[<[A-Z-].*$/, '')
    .trim();

test('there are rows to look at', () => expect(rows.length).toBeGreaterThan(100));

test('every row has a state, and says in which tests its names are put to the proof', () => {
  const texts = new Map<string, string>();
  const faults = rows.flatMap(({ where, names, state, why, tests }) => {
    if (!STATES.includes(state)) return [`${where}: the state is "${state}", not one of ${STATES.join(', ')}`];
    if (state !== 'same' && why === '') return [`${where}: it is ${state}, and the row does not say why`];
    if (tests.length === 0) return [`${where}: no test is named`];
    const missing = tests.filter((file) => !existsSync(join(PACKAGE, file)));
    if (missing.length > 0) return [`${where}: there is no ${missing.join(', ')}`];
    for (const file of tests) if (!texts.has(file)) texts.set(file, readFileSync(join(PACKAGE, file), 'utf8'));
    return names
      .filter((name) => !tests.some((file) => mentions(texts.get(file) as string, called(name))))
      .map((name) => `${where}: ${tests.join(', ')} does not mention ${called(name)}`);
  });
  expect(faults).toEqual([]);
});

test('no command and no function is told about twice; a trigger may have a listener in several plugins', () => {
  const seen = new Map<string, string>();
  const twice = rows.flatMap(({ where, names }) =>
    names.flatMap((name) => {
      const first = /^(trigger|fired) /.test(name) ? undefined : seen.get(name);
      seen.set(name, where);
      return first ? [`${name}: ${first} and ${where}`] : [];
    }),
  );
  expect(twice).toEqual([]);
});

test('everything that is refused stands in the list of it, and nothing else', () => {
  const page = readFileSync(join(PACKAGE, 'docs/dokku-compatibility.md'), 'utf8');
  const listed = page
    .slice(page.indexOf('## What is refused'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => spans(line.split('|')[1] ?? ''));
  const refused = rows.filter(({ state }) => state === 'refused').flatMap(({ names }) => names.map((name) => name.replace(/^(trigger|fired) /, '')));
  expect([...new Set(listed)].sort()).toEqual([...new Set(refused)].sort());
});

test('every public function that plugins get by sourcing the library has a row', () => {
  const names = readdirSync(LIBRARY)
    .filter((file) => /^(functions|.*-functions|.*-store)$/.test(file))
    .flatMap((file) => [...readFileSync(join(LIBRARY, file), 'utf8').matchAll(/^([a-z][A-Za-z0-9_-]*)\(\)/gm)].map((match) => match[1] as string));
  expect(names.length).toBeGreaterThan(100);
  const listener = new Set(rows.flatMap(({ names }) => names.map(called)));
  expect(names.filter((name) => !INTERNAL.test(name) && !listener.has(name))).toEqual([]);
});
