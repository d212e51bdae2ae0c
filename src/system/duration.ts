import { plural } from './word-list.ts';

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `90s`, `30m`, `1h`, `7d`, or a number of seconds, as milliseconds; undefined for what is none. */
export function readDuration(value: unknown): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd]?)$/.exec(String(value)) ?? [];
  return count === '' ? undefined : Number(count) * (SECONDS[unit] as number) * 1000;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How long ago something was, for people: `3 hours`, `1 day`. */
export function ageText(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => milliseconds >= length) ?? ['second', 1000];
  return plural(Math.max(0, Math.floor(milliseconds / length)), unit);
}
