import { resolve } from 'node:path';
import { editToml } from '../config/edit-toml.ts';
import { readTomlText } from '../config/read-text.ts';
import { settingsPath, settingsTable } from '../config/settings.ts';
import { parseToml, tomlString } from '../config/toml.ts';
import { writeTomlText } from '../config/write-text.ts';
import { isUserError, UserError } from '../errors.ts';
import { isPluginName } from '../home/names.ts';
import { IMPORT_KINDS } from '../importing/import-plan.ts';
import { importKind } from '../sources/imported/kind.ts';
import type { AskedWords, SomeSource, SourceKind } from '../sources/kind.ts';
import { KINDS, type Kinds, type KnownSource } from '../sources/kinds.ts';
import type { SourceRequest } from '../sources/request.ts';
import { knownKind } from '../sources/source.ts';
import { harmlessLine } from '../system/harmless.ts';
import { realFile } from '../system/links.ts';
import { wordList } from '../system/word-list.ts';

/** Plugins that `[plugins]` of tool.toml asks for, by name; undefined where it says nothing of plugins. */
export type Declared = ReadonlyMap<string, SourceRequest>;

const SHORT_EXAMPLE = '"acme/greet" = "^1.2"';
const ALL: readonly SourceKind<SomeSource>[] = Object.values<SourceKind<SomeSource>>(KINDS);

const EXAMPLE = 'greet = { git = "https://…", version = "^1.2" }';

/**
 * Reads `[plugins]`.
 * @throws UserError naming the entry that cannot be understood
 */
export function declaredPlugins(home: string): Declared | undefined {
  const table = settingsTable(home, 'plugins', EXAMPLE);
  const entries = Object.entries(table);
  if (entries.length === 0 && !isDeclared(home)) return undefined;
  const declared = new Map<string, SourceRequest>();
  for (const [key, value] of entries) {
    const [name, request] = readEntry(home, key, value);
    if (declared.has(name)) {
      throw new UserError('bad-settings', `${settingsPath(home)}: the plugin ${harmlessLine(name)} is there twice`, { hint: 'keep one of the entries' });
    }
    declared.set(name, request);
  }
  return declared;
}

/** An entry of `[plugins]`: a name and a table, or a key and a text that stand for those. @throws UserError when it cannot be understood */
export function readEntry(home: string, key: string, value: unknown): readonly [name: string, request: SourceRequest] {
  const long = typeof value === 'string' ? longDeclaration(home, key, value) : undefined;
  const { name, table } = long ?? { name: key, table: value };
  return [name, requestFrom(home, name, table)];
}

function longDeclaration(home: string, key: string, value: string) {
  try {
    for (const kind of ALL) {
      const long = kind.longDeclaration?.(key, value);
      if (long) return long;
    }
    return undefined;
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw new UserError('bad-settings', `${settingsPath(home)}: ${error.message}`, { hint: `write it like ${SHORT_EXAMPLE}`, cause: error });
  }
}

/** The plugin that a key of `[plugins]` is about. */
const nameOfKey = (key: string): string => ALL.map((kind) => kind.longDeclaration?.(key, '*')?.name).find((name) => name !== undefined) ?? key;

/** Whether there is a `[plugins]` at all: an empty one asks for none. */
const isDeclared = (home: string): boolean => 'plugins' in parseToml(readTomlText(settingsPath(home)), settingsPath(home));

/** The request that an entry of `[plugins]` is. @throws UserError when it cannot be understood */
export function requestFrom(home: string, name: string, value: unknown, kinds: Kinds = KINDS): SourceRequest {
  const wrong = (what: string) =>
    new UserError('bad-settings', `${settingsPath(home)}: the plugin ${harmlessLine(name)} ${what}`, { hint: `write it like ${EXAMPLE}` });
  if (!isPluginName(name)) throw wrong('has a name that no plugin can have');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('is no inline table');
  const table = value as Record<string, unknown>;
  const all = Object.values(kinds);
  const asDeclared = (as: string | undefined) => {
    try {
      return importKind(as);
    } catch {
      throw wrong(`has an "as" that is not one of ${IMPORT_KINDS.join(', ')}`);
    }
  };
  const unknown = Object.keys(table).find((key) => !all.some(({ declaredKeys }) => declaredKeys.includes(key)));
  if (unknown !== undefined) throw wrong(`has a key "${harmlessLine(unknown)}", which means nothing`);
  const text = (key: string): string | undefined => {
    const entry = table[key];
    if (entry !== undefined && (typeof entry !== 'string' || entry.includes('\0'))) throw wrong(`has a "${key}" that is no text`);
    return entry;
  };
  const keys = [...new Set(all.map(({ declaredKeys: [place] }) => place))];
  const [key, ...others] = keys.filter((one) => text(one) !== undefined);
  if (key === undefined || others.length > 0) throw wrong(`needs one of ${wordList(keys, 'and')}`);
  const place = text(key) ?? '';
  const mayBePath = all.some(({ declaredKeys, mayBePath }) => declaredKeys[0] === key && mayBePath);
  // A path in the home's file is relative to the home.
  const source = mayBePath && !/^[a-z][a-z0-9+.-]*:/.test(place) ? resolve(home, place) : place;
  const isNamed = all.some((kind) => kind.declaredKeys[0] === key && kind.isNamed);
  const isImport = all.some((kind) => kind.declaredKeys[0] === key && kind.isImport === true);
  const [type, platform] = [text('type'), text('platform')];
  const words = { committish: text('committish'), version: text('version'), checksum: text('checksum') };
  return {
    source,
    ...words,
    ...(isNamed ? { isNamed, type, platform } : {}),
    ...all.find(({ declaredKeys }) => declaredKeys[0] === key)?.fromDeclaration?.(name, words),
    ...(isImport ? { imports: { as: asDeclared(text('as')), name } } : {}),
    link: table.link === true,
  };
}

/**
 * What a plugin came from as the one line that `[plugins]` has for it.
 * @param asked what was asked for
 */
export function declaration(name: string, source: KnownSource, asked: AskedWords = {}, kinds: Kinds = KINDS): string {
  const kind = knownKind(source, kinds);
  const short = kind?.shortDeclaration?.(source, asked, name);
  if (short) return `${tomlString(short.key)} = ${tomlString(short.value)}`;
  const entries = Object.entries(kind?.toDeclaration(source, asked) ?? {});
  const pairs = entries.flatMap(([key, value]) => (value === undefined ? [] : `${key} = ${value === true ? value : tomlString(value)}`));
  return `${/^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name)} = { ${pairs.join(', ')} }`;
}

/**
 * Adds, replaces or removes one plugin's line under `[plugins]` and keeps every other byte of tool.toml.
 * @param line what `declaration` gives; undefined removes the line
 * @throws UserError when the file has another shape than a table of one-line entries
 */
export function declarePlugin(home: string, name: string, line: string | undefined): void {
  const { file, text, edited } = editDeclared(home, name, line);
  writeTomlText(file, text, edited);
}

/**
 * What `declarePlugin` would make of tool.toml, to be asked before anything else is done.
 * @throws UserError when the file has another shape than a table of one-line entries
 */
export function editDeclared(home: string, name: string, line: string | undefined): { file: string; text: string; edited: string } {
  const file = realFile(settingsPath(home));
  const text = readTomlText(file);
  // Behind the key, which holds no such sign.
  const [written = '', value] = line === undefined ? [] : [line.slice(0, line.indexOf(' = ')), line.slice(line.indexOf(' = ') + 3)];
  const key = written.startsWith('"') ? String(JSON.parse(written)) : written;
  // What is there under another key for the same plugin goes.
  const there = Object.keys(settingsTable(home, 'plugins', EXAMPLE)).filter((one) => one !== key && nameOfKey(one) === name);
  const cleared = there.reduce<string | undefined>((kept, one) => (kept === undefined ? kept : editToml(kept, file, ['plugins', one], undefined)), text);
  const edited = cleared === undefined || value === undefined ? cleared : editToml(cleared, file, ['plugins', key], value);
  if (edited === undefined) {
    throw new UserError('uneditable-file', `${file} lists plugins in a form that cannot be edited automatically`, {
      hint: line === undefined ? `remove ${name} there by hand` : `add this line by hand: ${line}`,
    });
  }
  return { file, text, edited };
}
