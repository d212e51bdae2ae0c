import { SemVer } from 'semver';
import { type Bound, type RangeParts, readRange } from './range.ts';
import type { VersionScheme } from './scheme.ts';

/** Numbers with what stands behind them. With a suffix two numbers are asked for at least, so that a date (`2020-01-25`) is none. */
const VERSION = /^v?(\d+)(?:\.(\d+)(?:\.(\d+))?([-+][0-9A-Za-z.+-]+)?)?$/;

/** Most versions: a release, with numbers that are safe. */
const isPlain = (text: string): boolean => /^v?\d{1,9}\.\d{1,9}\.\d{1,9}$/.test(text);

/** The same in a range, where numbers may be `x` or left out. */
const PART = /^v?(\d+)(?:\.(\d+|[xX*])(?:\.(\d+|[xX*]))?)?$/;

/** A version as semver has it: `v` in front is fine, numbers that are left out are 0, leading zeros count for nothing. Undefined for what is none. */
function parse(text: string): SemVer | undefined {
  const [, major, minor = '0', patch = '0', suffix = ''] = VERSION.exec(text) ?? [];
  return major === undefined ? undefined : semVer([major, minor, patch].map((number) => number.replace(/^0+(?=\d)/, '')).join('.') + suffix);
}

function semVer(text: string): SemVer | undefined {
  try {
    return new SemVer(text);
  } catch {
    // A number that is too large, a suffix that is empty between dots.
    return undefined;
  }
}

/** The place in front of all versions that begin with these numbers, prereleases included. */
const start = (major: number, minor = 0, patch = 0): SemVer => new SemVer(`${major}.${minor}.${patch}-0`);

/** Numbers that one is added to: what is behind them is a safe number as well. */
const isCount = (number: number): boolean => number < Number.MAX_SAFE_INTEGER;

function bound(text: string): Bound<SemVer> | undefined {
  const [, major, minor, patch] = PART.exec(text) ?? [];
  if (major !== undefined && !isNumber(patch)) return partBound(Number(major), isNumber(minor) ? Number(minor) : undefined);
  const from = parse(text);
  return from && [from.major, from.minor, from.patch].every(isCount) ? { from, ...endsOf(from) } : undefined;
}

const isNumber = (part: string | undefined): part is string => part !== undefined && /^\d+$/.test(part);

function partBound(major: number, minor: number | undefined): Bound<SemVer> | undefined {
  if (![major, minor ?? 0].every(isCount)) return undefined;
  const next = start(major + 1);
  if (minor === undefined) return { from: start(major), end: next, caretEnd: next, tildeEnd: next };
  const end = start(major, minor + 1);
  return { from: start(major, minor), end, caretEnd: major > 0 ? next : end, tildeEnd: end };
}

/** Where the versions end that are compatible: `^` lets the first number that is not 0 stand, `~` the second. */
function endsOf({ major, minor, patch }: SemVer): { caretEnd: SemVer; tildeEnd: SemVer } {
  const tildeEnd = start(major, minor + 1);
  if (major > 0) return { caretEnd: start(major + 1), tildeEnd };
  return { caretEnd: minor > 0 ? tildeEnd : start(0, 0, patch + 1), tildeEnd };
}

const PARTS: RangeParts<SemVer> = {
  bound,
  version: parse,
  compare: (a, b) => a.compare(b),
  isPrerelease: ({ prerelease }) => prerelease.length > 0,
  isSameRelease: (a, b) => a.compareMain(b) === 0,
  hint: 'write it as ^1.2, ~1.2.3, 1.x or >=1 <3',
};

/** Semantic versions: https://semver.org, with `v` in front and numbers left out as they are found in indexes (`1.10`). */
export const semantic: VersionScheme = {
  name: 'semver',
  isVersion: (text) => isPlain(text) || parse(text) !== undefined,
  isWhole: (text) => parse(text) !== undefined && VERSION.exec(text)?.[3] !== undefined,
  compare: (a, b) => {
    const [one, other] = [parse(a), parse(b)];
    return one && other ? one.compare(other) || one.compareBuild(other) : 0;
  },
  isPrerelease: (version) => !isPlain(version) && (parse(version)?.prerelease.length ?? 0) > 0,
  range: (text) => readRange(text, PARTS),
};
