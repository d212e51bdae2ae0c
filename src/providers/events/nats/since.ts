import { UserError } from '../../../errors.ts';
import { readDuration } from '../../../system/duration.ts';
import { harmlessLine } from '../../../system/harmless.ts';
import type { EventModel } from '../../models.ts';

/** Where a replay begins: at a message of the stream, or at a time in milliseconds since 1970. */
export type Since = { readonly sequence: number } | { readonly time: number };

/**
 * Reads where a replay begins: a number of the stream, `2026-01-31T12:00:00Z` or another time of ISO 8601, or `90s`, `30m`, `1h`, `7d` for so long ago.
 * @throws UserError bad-value for anything else
 */
export function readSince(text: string, now: number): Since {
  if (/^\d{1,15}$/.test(text)) return { sequence: Number(text) };
  const ago = readDuration(text);
  if (ago !== undefined) return { time: now - ago };
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new UserError('bad-value', `"${harmlessLine(text.slice(0, 100))}" is no point to begin at`, {
      hint: 'give a number of the stream, a time such as 2026-01-31T12:00:00Z, or how long ago, such as 10m',
    });
  return { time };
}

/** An event of the stream. */
export interface Replayed {
  /** Its number in the stream, to begin with it another time; undefined for what tells of events that are gone. */
  readonly sequence: number | undefined;
  readonly id: string;
  readonly event: EventModel;
}
