import { isReleaseName } from '../catalogue/names.ts';
import type { FormatName } from '../catalogue/release.ts';
import { settingsPath, settingsTable } from '../config/settings.ts';
import { isTable } from '../config/toml.ts';
import { UserError } from '../errors.ts';
import { readDuration } from '../system/duration.ts';
import { harmlessLine } from '../system/harmless.ts';
import { hintFor } from '../system/name-hint.ts';
import { wordList } from '../system/word-list.ts';
import { headerProblem } from './headers.ts';
import { type Place, placeOf } from './place.ts';

/** A repository as `[repositories.NAME]` of tool.toml has it. */
export interface RepositorySettings {
  readonly name: string;
  /** The address of an index file or of a git repository, or a path, as written there. */
  readonly url: string;
  readonly place: Place;
  /** The format that its index must have, where that is said. */
  readonly type?: FormatName;
  /** Headers for the origin of `url`, with `${NAME}` for what stands in the environment. */
  readonly headers: Readonly<Record<string, string>>;
  /** How old a copy may be before the server is asked again. */
  readonly ttlMs: number;
}

/** The table of tool.toml. */
export const TABLE = 'repositories';
const EXAMPLE = 'url = "https://example.org/plugins-index.yaml"';
const KEYS = ['url', 'type', 'headers', 'ttl'];
/** How old a copy may be where tool.toml does not say. */
export const DEFAULT_TTL_MS = 3_600_000;
export const FORMATS: readonly FormatName[] = ['botkube', 'krew', 'versions.json'];

/**
 * The repositories of a home, in the order of tool.toml.
 * @throws UserError naming the entry that cannot be understood
 */
export function configuredRepositories(home: string): RepositorySettings[] {
  return Object.entries(settingsTable(home, TABLE, '[repositories.acme]')).map(([name, value]) => readSettings(home, name, value));
}

/** Names under `[repositories]`, whatever stands there: one that cannot be understood can still be removed. */
export const configuredNames = (home: string): string[] => Object.keys(settingsTable(home, TABLE, '[repositories.acme]'));

/**
 * Reads one repository.
 * @param value what tool.toml has under its name
 * @throws UserError when it cannot be understood
 */
export function readSettings(home: string, name: string, value: unknown): RepositorySettings {
  const wrong = (what: string, hint = `write [${TABLE}.acme] and lines like ${EXAMPLE}`): UserError =>
    new UserError('bad-settings', `${settingsPath(home)}: the repository ${harmlessLine(name)} ${what}`, { hint });
  if (!isReleaseName(name)) throw wrong('has a name that is not allowed');
  if (!isTable(value)) throw wrong('is not a table');
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`has a key "${harmlessLine(unknown)}", which is unknown`);
  const { url, type, headers = {}, ttl } = value;
  if (typeof url !== 'string') throw wrong('has no "url" that is a string');
  const format = FORMATS.find((known) => known === type);
  if (type !== undefined && format === undefined) throw wrong('has an unknown "type"', `use ${wordList(FORMATS, 'or')}`);
  const ttlMs = ttl === undefined ? DEFAULT_TTL_MS : readDuration(ttl);
  if (ttlMs === undefined) throw wrong('has a "ttl" that is not a duration', 'write it like "30m", "1h" or "7d"');
  if (!isTable(headers))
    throw wrong('has "headers" that are not a table', `write [${TABLE}.${name}.headers] and lines like Authorization = "Bearer \${TOKEN}"`);
  for (const [header, text] of Object.entries(headers)) {
    const problem = typeof text === 'string' ? headerProblem(header, text) : { problem: `the header ${header} is not a string`, remedy: 'write it in quotes' };
    if (problem) throw wrong(`is not usable: ${problem.problem}`, problem.remedy);
  }
  const place = placeOf(url, format, home);
  if (place.kind !== 'http' && Object.keys(headers).length > 0)
    throw wrong('has headers, but its URL is not an http or https URL of an index file', 'remove them');
  return { name, url, place, ...(format ? { type: format } : {}), headers: headers as Record<string, string>, ttlMs };
}

/** @throws UserError for a name that no repository has */
export function repositoryNamed(name: string, all: readonly RepositorySettings[], brand: string): RepositorySettings {
  const settings = all.find((one) => one.name === name);
  if (settings) return settings;
  throw unknownRepository(
    name,
    all.map((one) => one.name),
    brand,
  );
}

/** @throws UserError for a name that is not among some */
export function refuseUnknown(name: string, names: readonly string[], brand: string): void {
  if (!names.includes(name)) throw unknownRepository(name, names, brand);
}

function unknownRepository(name: string, names: readonly string[], brand: string): UserError {
  const hint = names.length === 0 ? `add one with \`${brand} repository:add NAME URL\`` : `the repositories are ${wordList(names, 'and')}`;
  return new UserError('no-such-repository', `There is no repository "${harmlessLine(name)}"`, hintFor(name, names, hint));
}
