import { type Bound, type RangeParts, readRange } from './range.ts';
import type { VersionScheme } from './scheme.ts';

/** A release of a day, or a place between two: a day as the number 20221005, the number of the release on it, and what marks a build for staging. */
interface CalendarVersion {
  readonly day: number;
  /** Infinity where there is none: such a version stands behind all others of its day. -1 is in front of them. */
  readonly sequence: number;
  readonly commit: string;
}

const VERSION = /^v(\d{4})\.(\d\d)\.(\d\d)(?:-(0|[1-9]\d{0,8})(?:-([0-9a-f]{7,40}))?)?$/;

/** A year, or a month, or a day in a range. */
const PART = /^v?(\d{4})(?:\.(\d\d|[xX*])(?:\.(\d\d|[xX*]))?)?$/;

/** Whether a date is in the calendar. */
function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function parse(text: string): CalendarVersion | undefined {
  const [, ...numbers] = VERSION.exec(text) ?? [];
  const [year = 0, month = 0, day = 0] = numbers.slice(0, 3).map(Number);
  if (numbers.length === 0 || !isDate(year, month, day)) return undefined;
  const [, , , sequence, commit = ''] = numbers;
  return { day: year * 1e4 + month * 100 + day, sequence: sequence === undefined ? Number.POSITIVE_INFINITY : Number(sequence), commit };
}

/** The place in front of all releases of a day; the day need not be in the calendar, as it is compared alone. */
const start = (day: number): CalendarVersion => ({ day, sequence: -1, commit: '' });

function bound(text: string): Bound<CalendarVersion> | undefined {
  const [, year, month, day] = PART.exec(text) ?? [];
  if (year === undefined) {
    const from = parse(text.startsWith('v') ? text : `v${text}`);
    return from && { from, caretEnd: yearEnd(from.day), tildeEnd: monthEnd(from.day) };
  }
  if (!isNumber(month)) return isNumber(day) ? undefined : part(Number(year) * 1e4, 1e4);
  if (!isDate(Number(year), Number(month), isNumber(day) ? Number(day) : 1)) return undefined;
  const first = Number(year) * 1e4 + Number(month) * 100;
  return isNumber(day) ? part(first + Number(day), 1) : part(first, 100);
}

const isNumber = (text: string | undefined): text is string => text !== undefined && /^\d+$/.test(text);

const yearEnd = (day: number): CalendarVersion => start((Math.floor(day / 1e4) + 1) * 1e4);
const monthEnd = (day: number): CalendarVersion => start((Math.floor(day / 100) + 1) * 100);

/** The bound of all days from one on, so many numbers far. */
function part(day: number, length: number): Bound<CalendarVersion> {
  const end = start(day + length);
  return { from: start(day), end, caretEnd: yearEnd(day), tildeEnd: length > 100 ? end : monthEnd(day) };
}

const inOrder = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const compare = (a: CalendarVersion, b: CalendarVersion): number => inOrder(a.day, b.day) || inOrder(a.sequence, b.sequence) || inOrder(a.commit, b.commit);

const PARTS: RangeParts<CalendarVersion> = {
  bound,
  version: parse,
  compare,
  isPrerelease: ({ commit }) => commit !== '',
  isSameRelease: (a, b) => a.day === b.day && a.sequence === b.sequence,
  hint: 'write it as ">= v2022.10.05-0", "v2022.10.x" or ">= v2022.10.05, < v2023"; dates are of the calendar, with two digits for month and day',
};

/**
 * kURL's versions: `vYYYY.MM.DD-N`, N counted from 0 on each day, with `-COMMIT` behind it for a build on trial (contract registry §2.2). Such a build
 * stands behind its N and in front of the next one. A day in a range means all of the day; `^` stays within its year, `~` within its month.
 */
export const calendar: VersionScheme = {
  name: 'calver',
  isVersion: (text) => parse(text) !== undefined,
  isWhole: (text) => Number.isFinite(parse(text)?.sequence),
  compare: (a, b) => {
    const [one, other] = [parse(a), parse(b)];
    return one && other ? compare(one, other) : 0;
  },
  isPrerelease: (version) => (parse(version)?.commit ?? '') !== '',
  range: (text) => readRange(text, PARTS),
};
