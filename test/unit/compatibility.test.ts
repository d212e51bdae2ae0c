import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from '../support/sandbox.ts';

const FOLDER = join(PACKAGE, 'docs/compatibility');
const LIBRARY = join(PACKAGE, 'plugins/common');
const STATES = ['same', 'better', 'refused'];

/** The library's own families, which no plugin of Dokku's knows: arguments of core commands, owners of files, the store behind prop. */
const INTERNAL = /^(command|common|property)_/;

interface Row {
  /** File and line, for a message. */
  readonly where: string;
  readonly name: string;
  readonly state: string;
  readonly why: string;
  readonly test: string;
}

const plain = (cell: string): string => cell.replaceAll('`', '').trim();

/** The rows of every table whose second column is a state: `| name | state | what differs | test |`. */
function rowsOf(file: string): Row[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (!line.startsWith('|') || /^\|[\s:|-]+$/.test(line) || /^\|\s*name\s*\|/i.test(line)) return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    expect(cells, `${file}:${index + 1} needs four cells`).toHaveLength(4);
    const [name = '', state = '', why = '', testCell = ''] = cells.map(plain);
    return [{ where: `${file}:${index + 1}`, name: name.replaceAll('\\|', '|'), state, why, test: testCell.replace(/^\[.*\]\((.*)\)$/, '$1') }];
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

/** A row's name without what stands for arguments: `prop set <plugin>` is tested as `prop set`. */
const called = (name: string): string =>
  name
    .replace(/\s*\(.*\)$/, '')
    .replace(/\s+[<[A-Z-].*$/, '')
    .trim();

test('there are rows to look at', () => expect(rows.length).toBeGreaterThan(100));

test('every row has a state, and says in which test its name is put to the proof', () => {
  const texts = new Map<string, string>();
  const faults = rows.flatMap(({ where, name, state, why, test: file }) => {
    if (!STATES.includes(state)) return [`${where}: the state of ${name} is "${state}", not one of ${STATES.join(', ')}`];
    if (state !== 'same' && why === '') return [`${where}: ${name} is ${state}, and the row does not say why`];
    const path = [file, `test/plugins/${file}`].map((candidate) => join(PACKAGE, candidate)).find((candidate) => file !== '' && existsSync(candidate));
    if (!path) return [`${where}: ${name} names the test "${file}", which does not exist`];
    if (!texts.has(path)) texts.set(path, readFileSync(path, 'utf8'));
    return mentions(texts.get(path) as string, called(name)) ? [] : [`${where}: ${file} does not mention ${called(name)}`];
  });
  expect(faults).toEqual([]);
});

test('no name is told about twice', () => {
  const seen = new Map<string, string>();
  const twice = rows.flatMap(({ where, name }) => {
    const first = seen.get(name);
    seen.set(name, where);
    return first ? [`${name}: ${first} and ${where}`] : [];
  });
  expect(twice).toEqual([]);
});

test('every public function that plugins get by sourcing the library has a row', () => {
  const names = readdirSync(LIBRARY)
    .filter((file) => /^(functions|.*-functions|.*-store)$/.test(file))
    .flatMap((file) => [...readFileSync(join(LIBRARY, file), 'utf8').matchAll(/^([a-z][A-Za-z0-9_-]*)\(\)/gm)].map((match) => match[1] as string));
  expect(names.length).toBeGreaterThan(100);
  const told = new Set(rows.map(({ name }) => called(name)));
  expect(names.filter((name) => !INTERNAL.test(name) && !told.has(name))).toEqual([]);
});
