import { join } from 'node:path';
import type { Release } from '../catalogue/release.ts';
import { errnoOf, isUserError } from '../errors.ts';
import { writeWhole } from '../system/durable.ts';
import { ageText } from '../system/duration.ts';
import { isObject, isOneOf, isText, readOwnJson, type Shape } from '../system/own-json.ts';
import { LIST_BYTES } from '../system/small-file.ts';
import type { CachePaths } from './cache-paths.ts';

/** When this home first saw each release of an index: ISO 8601, or nothing for what was there when it began to look. */
export type Ages = ReadonlyMap<string, string>;

const FORMAT = '1';
const fileOf = ({ folder }: CachePaths): string => join(folder, 'seen.json');

const isSeen: Shape<Readonly<Record<string, string>>> = (value): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && Object.values(value).every(isText);
const isKept = isObject<{ readonly format: string; readonly seen: Readonly<Record<string, string>> }>({ format: isOneOf(FORMAT), seen: isSeen });

/** A release as it is known again: other bytes under the same version are another one. */
const keyOf = ({ name, type = '', version, platforms }: Release): string =>
  [name, type, version, ...platforms.map(({ sha256, url }) => sha256 ?? url).sort()].join(' ');

/** What was kept; undefined where nothing was, or where it cannot be read. */
export function readAges(paths: CachePaths): Ages | undefined {
  try {
    return new Map(Object.entries(readOwnJson('The list of what was seen', fileOf(paths), LIST_BYTES, isKept, '').seen));
  } catch (error) {
    if (isUserError(error) || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Notes which releases of an index are new. The caller holds the lock.
 * @param before those of the copy that stood; undefined where none did
 * @param at when they came
 */
export function keepAges(paths: CachePaths, releases: readonly Release[], before: readonly Release[] | undefined, at: string): void {
  const kept = readAges(paths);
  const known = kept ?? new Map((before ?? releases).map((release) => [keyOf(release), '']));
  const seen = Object.fromEntries(releases.map(keyOf).map((key) => [key, known.get(key) ?? at]));
  writeWhole(fileOf(paths), `${JSON.stringify({ format: FORMAT, seen })}\n`);
}

/** Releases, with why one is not taken that this home has seen for too short a time. */
export function withheldByAge(releases: readonly Release[], ages: Ages, minAgeMs: number, now: number): Release[] {
  return releases.map((release) => {
    const seen = ages.get(keyOf(release));
    const age = seen ? now - Date.parse(seen) : Number.POSITIVE_INFINITY;
    return age >= minAgeMs ? release : { ...release, withheld: `was first seen ${ageText(age)} ago, and is taken after ${ageText(minAgeMs)}` };
  });
}
