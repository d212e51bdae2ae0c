import type { StatedAge } from '../catalogue/release.ts';
import type { SearchRow } from '../catalogue/search.ts';
import { schemeNamed, schemesOf } from '../catalogue/versions/schemes.ts';
import { plural } from '../system/word-list.ts';

/** How one state of an index stands to another: it is newer, or it is older, and by what that is told. */
export type Order = 'newer' | { readonly older: string };

/** What becomes of an index that is older than the one before it. One that was signed is refused, unless it is to be accepted. */
export type OnOlder = 'accept' | 'warn' | 'refuse';

/** What of one state of an index tells how old it is. */
export interface IndexAge {
  /** What tells this state from others, by its bytes: sha256, or a commit; undefined where that is not known. */
  readonly state: string | undefined;
  readonly stated?: StatedAge | undefined;
  /** When a trusted key signed it, as the signature says: ISO 8601. */
  readonly signedAt?: string | undefined;
  /** What its server says of its date. */
  readonly lastModified?: string | undefined;
  /** What it has, which is read where nothing else tells; undefined where that cannot be read any more. */
  readonly rows: () => readonly SearchRow[] | undefined;
}

/** The state of an index that stands, and those that it has replaced. */
export interface StandingAge extends IndexAge {
  readonly past: readonly string[];
}

/**
 * Why an index is older than the one that stands; undefined where it is not, as far as can be told. What states its age goes first: the index itself, a
 * signature, git. Where nothing does, it is older if it stood here before, if it has less than what stands and nothing new, or if its server dates it so.
 * @param order of its commit, where it is in git
 * @returns words that stand behind a colon
 */
export function whyOlder(before: StandingAge, now: IndexAge, order?: Order): string | undefined {
  if (now.state !== undefined && now.state === before.state) return undefined;
  const signs = [
    () => bySerial(before, now),
    () => byTime('is of', before.stated?.generated, now.stated?.generated),
    () => byTime('was signed', before.signedAt, now.signedAt),
    () => order,
    () => byPast(before, now),
    () => byRows(before.rows(), now.rows()),
    () => byDate(before, now),
  ];
  for (const sign of signs) {
    const found = sign();
    if (found !== undefined) return found === 'newer' ? undefined : found.older;
  }
  return undefined;
}

function bySerial({ stated: before }: IndexAge, { stated: now }: IndexAge): Order | undefined {
  if (before?.serial === undefined || now?.serial === undefined || before.serial === now.serial) return undefined;
  return now.serial > before.serial ? 'newer' : { older: `its serial is ${now.serial}, and was ${before.serial}` };
}

function byTime(verb: string, before: string | undefined, now: string | undefined): Order | undefined {
  if (before === undefined || now === undefined || Date.parse(before) === Date.parse(now)) return undefined;
  return Date.parse(now) > Date.parse(before) ? 'newer' : { older: `it ${verb} ${now}, and the other ${before}` };
}

const byPast = ({ past }: StandingAge, { state }: IndexAge): Order | undefined =>
  state !== undefined && past.includes(state) ? { older: 'it is one that another has replaced here' } : undefined;

/** Plugins that are named in a message. */
const NAMED = 3;

/** Newer with a plugin that is new, or at a higher version; older where others are gone, or at a lower one, and nothing else. */
function byRows(before: readonly SearchRow[] | undefined, now: readonly SearchRow[] | undefined): Order | undefined {
  if (before === undefined || now === undefined) return undefined;
  const keyOf = ([name, type]: SearchRow): string => `${type}/${name}`;
  const old = new Map(before.map((row) => [keyOf(row), row]));
  const lower: string[] = [];
  for (const row of now) {
    const was = old.get(keyOf(row));
    if (was === undefined) return 'newer';
    old.delete(keyOf(row));
    const [name, , version] = row;
    const order = compareVersions(version, was[2]);
    if (order > 0) return 'newer';
    if (order < 0) lower.push(`${name} is at ${version}, and was at ${was[2]}`);
  }
  const told = [...lower, ...[...old.values()].map(([name]) => `${name} is gone`)];
  if (told.length === 0) return undefined;
  const others = told.length > NAMED ? [`and ${plural(told.length - NAMED, 'other')}`] : [];
  return { older: `nothing in it is newer; ${[...told.slice(0, NAMED), ...others].join(', ')}` };
}

/** Below 0 where the first is older; of versions that have no order, another one is newer. */
function compareVersions(now: string, before: string): number {
  const [scheme = 'opaque', other] = schemesOf([now, before]);
  if (scheme !== other || scheme === 'opaque') return now === before ? 0 : 1;
  return schemeNamed(scheme).compare(now, before);
}

function byDate({ lastModified: before }: IndexAge, { lastModified: now }: IndexAge): Order | undefined {
  const [was, is] = [Date.parse(before ?? ''), Date.parse(now ?? '')];
  return is < was ? { older: `its server dates it ${now}, and dated the other ${before}` } : undefined;
}

/** The most states that are remembered. */
const MOST_PAST = 50;

/** The states that are remembered once another state has come: those that it has replaced, up to itself where it was one of them. */
export function pastOf(before: StandingAge, state: string | undefined, isOlder: boolean): string[] {
  if (before.state === undefined || before.state === state) return [...before.past];
  const at = state === undefined ? -1 : before.past.indexOf(state);
  if (at >= 0) return before.past.slice(0, at);
  return isOlder ? [] : [...before.past, before.state].slice(-MOST_PAST);
}
