import { resolve } from 'node:path';
import { editToml } from '../config/edit-toml.ts';
import { readTomlText } from '../config/read-text.ts';
import { settingsPath, settingsTable } from '../config/settings.ts';
import { parseToml, tomlString } from '../config/toml.ts';
import { UserError } from '../errors.ts';
import { isPluginName } from '../home/names.ts';
import { KINDS, type Kinds, type KnownSource } from '../sources/kinds.ts';
import type { SourceRequest } from '../sources/request.ts';
import { knownKind } from '../sources/source.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import { harmlessLine } from '../system/harmless.ts';
import { realFile, statOrNothing } from '../system/links.ts';
import { wordList } from '../system/word-list.ts';

/** Plugins that `[plugins]` of tool.toml asks for, by name; undefined where it says nothing of plugins. */
export type Declared = ReadonlyMap<string, SourceRequest>;

const EXAMPLE = 'greet = { git = "https://…", version = "^1.2" }';

/**
 * Reads `[plugins]`.
 * @throws UserError REFUSED naming the entry that cannot be understood
 */
export function declaredPlugins(home: string): Declared | undefined {
  const table = settingsTable(home, 'plugins', EXAMPLE);
  const entries = Object.entries(table);
  if (entries.length === 0 && !isDeclared(home)) return undefined;
  return new Map(entries.map(([name, value]) => [name, requestFrom(home, name, value)]));
}

/** Whether there is a `[plugins]` at all: an empty one asks for none. */
const isDeclared = (home: string): boolean => 'plugins' in parseToml(readTomlText(settingsPath(home)), settingsPath(home));

/** The request that an entry of `[plugins]` is. @throws UserError REFUSED when it cannot be understood */
export function requestFrom(home: string, name: string, value: unknown, kinds: Kinds = KINDS): SourceRequest {
  const wrong = (what: string) =>
    new UserError('REFUSED', `${settingsPath(home)}: the plugin ${harmlessLine(name)} ${what}`, { hint: `write it like ${EXAMPLE}` });
  if (!isPluginName(name)) throw wrong('has a name that no plugin can have');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('is no inline table');
  const table = value as Record<string, unknown>;
  const all = Object.values(kinds);
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
  return { source, committish: text('committish'), version: text('version'), checksum: text('checksum'), link: table.link === true };
}

/**
 * What a plugin came from as the one line that `[plugins]` has for it.
 * @param checksum what was asked for
 */
export function declaration(name: string, source: KnownSource, checksum?: string, kinds: Kinds = KINDS): string {
  const entries = Object.entries(knownKind(source, kinds)?.toDeclaration(source, checksum) ?? {});
  const pairs = entries.flatMap(([key, value]) => (value === undefined ? [] : `${key} = ${value === true ? value : tomlString(value)}`));
  return `${/^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name)} = { ${pairs.join(', ')} }`;
}

/**
 * Adds, replaces or removes one plugin's line under `[plugins]` and keeps every other byte of tool.toml.
 * @param line what `declaration` gives; undefined removes the line
 * @throws UserError REFUSED when the file has another shape than a table of one-line entries
 */
export function declarePlugin(home: string, name: string, line: string | undefined): void {
  const { file, text, edited } = editDeclared(home, name, line);
  if (edited !== text) explainDiskErrors('write the configuration', file, () => writeDurably(file, edited, statOrNothing(file)));
}

/**
 * What `declarePlugin` would make of tool.toml, to be asked before anything else is done.
 * @throws UserError REFUSED when the file has another shape than a table of one-line entries
 */
export function editDeclared(home: string, name: string, line: string | undefined): { file: string; text: string; edited: string } {
  const file = realFile(settingsPath(home));
  const text = readTomlText(file);
  // Behind the name, which holds no such sign.
  const edited = editToml(text, file, ['plugins', name], line?.slice(line.indexOf(' = ') + 3));
  if (edited === undefined) {
    throw new UserError('REFUSED', `${file} lists plugins in a form that cannot be edited automatically`, {
      hint: line === undefined ? `remove ${name} there by hand` : `add this line by hand: ${line}`,
    });
  }
  return { file, text, edited };
}
