import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { RangeOptions, VersionRange } from './scheme.ts';

/**
 * One version of a range, whole or with parts left out. `V` is a version, or a place between two: the order has to know both.
 * `1.2` goes from the first version that begins with 1.2 up to, and without, the first that begins with 1.3.
 */
export interface Bound<V> {
  readonly from: V;
  /** Undefined for a whole version: then it is `from` alone. */
  readonly end?: V | undefined;
  /** Where `^` and `~` of it end, without that place. */
  readonly caretEnd: V;
  readonly tildeEnd: V;
}

/** What the ranges of one scheme are made of. */
export interface RangeParts<V> {
  /** Undefined for what is no bound. */
  bound(text: string): Bound<V> | undefined;
  /** Undefined for what is no version. */
  version(text: string): V | undefined;
  compare(a: V, b: V): number;
  isPrerelease(version: V): boolean;
  /** Whether two versions are the same but for what makes them prereleases. */
  isSameRelease(a: V, b: V): boolean;
  /** How a range may be written. */
  readonly hint: string;
}

interface Comparator<V> {
  readonly operator: '>=' | '>' | '<=' | '<';
  readonly edge: V;
}

/** What has to hold together: comparators, and the prereleases that were named. */
interface Alternative<V> {
  readonly comparators: readonly Comparator<V>[];
  readonly prereleases: readonly V[];
}

/** No range that somebody wrote comes near. */
const LONGEST = 256;

/** One comparator with what stands in front of it: `, >= v2022.10.05-0`. */
const COMPARATOR = /^(\s*(?:,|&&)\s*|\s+|)(>=|<=|>|<|=|\^|~|)\s*([\w.*+-]+)(?=$|\s|,|&&)/;

/**
 * Reads a range. This is the whole grammar; anything else is an error that names the part:
 *
 *     range        alternative ( "||" alternative )*
 *     alternative  "*"  |  bound " - " bound  |  comparator ( separator comparator )*
 *     separator    blanks, "," or "&&": all of them have to hold
 *     comparator   ( ">=" | ">" | "<=" | "<" | "=" | "^" | "~" )? bound
 *     bound        a version, with parts left out from the right, or `x` or `*` for them
 *
 * @throws UserError
 */
export function readRange<V>(text: string, parts: RangeParts<V>): VersionRange {
  if (text.length > LONGEST) throw notARange(`${text.slice(0, LONGEST)}…`, 'it is too long', parts.hint);
  const alternatives = text.split('||').map((alternative) => readAlternative(alternative, text, parts));
  const whyOutside = (version: string, options: RangeOptions = {}): string | undefined => why(version, text, alternatives, parts, options);
  return { text, whyOutside, has: (version, options) => whyOutside(version, options) === undefined };
}

function readAlternative<V>(written: string, text: string, parts: RangeParts<V>): Alternative<V> {
  const alternative = written.trim();
  if (alternative === '') throw notARange(text, text.trim() === '' ? 'it is empty' : 'nothing stands beside "||"', parts.hint);
  if (alternative === '*') return { comparators: [], prereleases: [] };
  const bound = (token: string): Bound<V> => {
    const found = parts.bound(token);
    if (!found) throw notARange(text, `"${token}" cannot be read`, parts.hint);
    return found;
  };
  const [, low, high] = /^(\S+)\s+-\s+(\S+)$/.exec(alternative) ?? [];
  if (low !== undefined && high !== undefined)
    return alternativeOf(
      [
        ['>=', bound(low)],
        ['<=', bound(high)],
      ],
      parts,
    );
  const read: [operator: string, Bound<V>][] = [];
  for (let rest = alternative; rest !== ''; ) {
    const [whole, separator = '', operator = '', token = ''] = COMPARATOR.exec(rest) ?? [];
    if (whole === undefined || (read.length === 0) !== (separator === '')) throw notARange(text, `"${firstWord(rest)}" cannot be read`, parts.hint);
    read.push([operator, bound(token)]);
    rest = rest.slice(whole.length);
  }
  return alternativeOf(read, parts);
}

const firstWord = (text: string): string => text.trim().split(/\s/, 1)[0] ?? '';

function alternativeOf<V>(read: readonly (readonly [operator: string, Bound<V>])[], parts: RangeParts<V>): Alternative<V> {
  return {
    comparators: read.flatMap(([operator, bound]) => comparatorsOf(operator, bound)),
    prereleases: read.flatMap(([, { from, end }]) => (end === undefined && parts.isPrerelease(from) ? [from] : [])),
  };
}

function comparatorsOf<V>(operator: string, { from, end, caretEnd, tildeEnd }: Bound<V>): Comparator<V>[] {
  const [isPart, behind] = [end !== undefined, end ?? from];
  switch (operator) {
    case '>=':
      return [{ operator: '>=', edge: from }];
    case '>':
      return [{ operator: isPart ? '>=' : '>', edge: behind }];
    case '<=':
      return [{ operator: isPart ? '<' : '<=', edge: behind }];
    case '<':
      return [{ operator: '<', edge: from }];
    case '^':
    case '~':
      return [
        { operator: '>=', edge: from },
        { operator: '<', edge: operator === '^' ? caretEnd : tildeEnd },
      ];
    default:
      return [
        { operator: '>=', edge: from },
        { operator: isPart ? '<' : '<=', edge: behind },
      ];
  }
}

const notARange = (text: string, reason: string, hint: string): UserError =>
  new UserError('bad-version-range', `"${harmlessLine(text)}" is not a version range: ${harmlessLine(reason)}`, { hint });

function why<V>(text: string, range: string, alternatives: readonly Alternative<V>[], parts: RangeParts<V>, options: RangeOptions): string | undefined {
  const version = parts.version(text);
  if (version === undefined) return 'cannot be compared';
  const failures = alternatives.map((alternative) => whyNot(version, alternative, parts, options));
  if (failures.includes(undefined)) return undefined;
  if (failures.includes('prerelease')) return 'is a prerelease';
  if (failures.every((failure) => failure === 'below')) return `is below ${range}`;
  return failures.every((failure) => failure === 'above') ? `is above ${range}` : `is not within ${range}`;
}

type Failure = 'below' | 'above' | 'prerelease' | undefined;

function whyNot<V>(version: V, { comparators, prereleases }: Alternative<V>, parts: RangeParts<V>, { withPrereleases = false }: RangeOptions): Failure {
  for (const { operator, edge } of comparators) {
    const order = parts.compare(version, edge);
    if (operator === '>=' ? order < 0 : operator === '>' && order <= 0) return 'below';
    if (operator === '<=' ? order > 0 : operator === '<' && order >= 0) return 'above';
  }
  if (withPrereleases || !parts.isPrerelease(version)) return undefined;
  return prereleases.some((named) => parts.isSameRelease(named, version)) ? undefined : 'prerelease';
}
