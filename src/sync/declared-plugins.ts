import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import { settingsPath, settingsTable } from '../config/settings.ts';
import { parseToml, tomlString } from '../config/toml.ts';
import { errnoOf, isUserError, UserError } from '../errors.ts';
import { isPluginName } from '../home/names.ts';
import type { Source, SourceRequest } from '../sources/source.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import { harmlessLine } from '../system/harmless.ts';
import { realFile, statOrNothing } from '../system/links.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { readSmallBytes, SETTINGS_BYTES, whyUnread } from '../system/small-file.ts';

/** Plugins that `[plugins]` of tool.toml asks for, by name; undefined where it says nothing of plugins. */
export type Declared = ReadonlyMap<string, SourceRequest>;

const EXAMPLE = 'greet = { git = "https://…", version = "^1.2" }';
const KEYS: ReadonlySet<string> = new Set(['git', 'archive', 'path', 'committish', 'version', 'checksum', 'link']);

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
const isDeclared = (home: string): boolean => 'plugins' in parseToml(readText(settingsPath(home)), settingsPath(home));

function requestFrom(home: string, name: string, value: unknown): SourceRequest {
  const wrong = (what: string) =>
    new UserError('REFUSED', `${settingsPath(home)}: the plugin ${harmlessLine(name)} ${what}`, { hint: `write it like ${EXAMPLE}` });
  if (!isPluginName(name)) throw wrong('has a name that no plugin can have');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('is no inline table');
  const table = value as Record<string, unknown>;
  const unknown = Object.keys(table).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw wrong(`has a key "${harmlessLine(unknown)}", which means nothing`);
  const text = (key: string): string | undefined => {
    const entry = table[key];
    if (entry !== undefined && (typeof entry !== 'string' || entry.includes('\0'))) throw wrong(`has a "${key}" that is no text`);
    return entry;
  };
  const places = ['git', 'archive', 'path'].map(text).filter((place) => place !== undefined);
  const [place] = places;
  if (place === undefined || places.length > 1) throw wrong('needs one of "git", "archive" and "path"');
  // A path in the home's file is relative to the home.
  const source = table.git === undefined && !/^[a-z][a-z0-9+.-]*:/.test(place) ? resolve(home, place) : place;
  return { source, committish: text('committish'), version: text('version'), checksum: text('checksum'), link: table.link === true };
}

/** Whether something that came from a source is what a request asks for, as far as its words go. */
export function meets(source: Source, request: SourceRequest): boolean {
  const address = withoutSecrets(request.source);
  switch (source.kind) {
    case 'git':
      return source.url === address && source.committish === request.committish && source.version === request.version;
    case 'archive':
      return source.url === address && (request.checksum === undefined || request.checksum.toLowerCase() === `sha256:${source.sha256}`);
    case 'directory':
      return source.path === request.source && !request.link;
    case 'link':
      return request.link && source.path === realFile(request.source);
    case 'unknown':
      return false;
  }
}

/** A request, and what it led to, as the one line that `[plugins]` has for it. */
export function declaration(name: string, { committish, version, checksum, link }: SourceRequest, source: Source): string {
  const place =
    source.kind === 'git' ? { git: source.url } : source.kind === 'archive' ? { archive: source.url } : 'path' in source ? { path: source.path } : {};
  const entries = Object.entries({ ...place, committish, version, checksum }).filter(([, value]) => value !== undefined);
  const pairs = [...entries.map(([key, value]) => `${key} = ${tomlString(value ?? '')}`), ...(link ? ['link = true'] : [])];
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
  const text = readText(file);
  const before = parseToml(text, file);
  const edited = withLine(text, name, line, before.plugins !== undefined);
  if (edited === undefined || meaningOf(edited) !== meaning(expectedTables(before, name, line))) {
    throw new UserError('REFUSED', `${file} says what plugins there are in another way than lines under [plugins], so it is not edited`, {
      hint: line === undefined ? `remove ${name} there by hand` : `write there by hand: ${line}`,
    });
  }
  return { file, text, edited };
}

function readText(file: string): string {
  try {
    const bytes = readSmallBytes(file, SETTINGS_BYTES);
    if (!isUtf8(bytes)) throw new UserError('REFUSED', `${file} is not UTF-8, which TOML is`, { hint: 'save it as UTF-8' });
    return bytes.toString();
  } catch (error) {
    if (isUserError(error) && error.hint) throw error;
    if (errnoOf(error) === 'ENOENT') return '';
    throw new UserError('REFUSED', `${file} ${whyUnread(error)}`, { hint: 'mend its mode or remove it' });
  }
}

/** What the file must mean when it is edited. */
function expectedTables(before: Record<string, unknown>, name: string, line: string | undefined): Record<string, unknown> {
  const plugins: Record<string, unknown> = { ...(before.plugins as Record<string, unknown> | undefined) };
  delete plugins[name];
  const added = line === undefined ? {} : parseToml(line, 'the new line');
  if (before.plugins === undefined && line === undefined) return before;
  return { ...before, plugins: { ...plugins, ...added } };
}

/** What tables say, whatever the order of their keys. */
const meaning = (tables: unknown): string =>
  JSON.stringify(tables, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

function meaningOf(text: string): string | undefined {
  try {
    return meaning(parseToml(text, 'the edited text'));
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}

/** The text with the line in it; undefined when there is no one place for it. */
function withLine(text: string, name: string, line: string | undefined, hasPlugins: boolean): string | undefined {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/(?<=\n)/);
  const headers = lines.flatMap((candidate, index) => (/^\s*\[\s*plugins\s*\]\s*(#.*)?$/.test(candidate.trimEnd()) ? [index] : []));
  const [header] = headers;
  if (headers.length > 1 || /^\s*\[\s*plugins\s*\./m.test(text)) return undefined;
  if (header === undefined) {
    if (hasPlugins) return undefined;
    if (line === undefined) return text;
    const gap = text === '' ? '' : text.endsWith('\n') ? end : end + end;
    return `${text}${gap}[plugins]${end}${line}${end}`;
  }
  const next = lines.findIndex((candidate, index) => index > header && /^\s*\[/.test(candidate));
  const stop = next === -1 ? lines.length : next;
  const isOfPlugin = (candidate: string): boolean => {
    const key = /^\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=/.exec(candidate);
    return key !== null && (key[1] ?? key[2] ?? key[3]) === name;
  };
  const own = lines.findIndex((candidate, index) => index > header && index < stop && isOfPlugin(candidate));
  if (own !== -1) return [...lines.slice(0, own), ...(line === undefined ? [] : [`${line}${end}`]), ...lines.slice(own + 1)].join('');
  if (line === undefined) return text;
  // Behind the last entry, in front of the empty lines and comments that lead to the next table.
  let last = stop;
  while (last > header + 1 && /^\s*(#.*)?$/.test((lines[last - 1] as string).trimEnd())) last--;
  const before = lines.slice(0, last).join('');
  return `${before}${before.endsWith('\n') ? '' : end}${line}${end}${lines.slice(last).join('')}`;
}
