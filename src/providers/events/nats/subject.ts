import { createHash } from 'node:crypto';
import type { EventModel } from '../../models.ts';

/** Bytes of one part of a subject. Beyond it stands a checksum, as a server refuses lines of more than 4 KiB; the event itself is whole. */
const LONGEST_PART = 500;

/**
 * A part of an event's name as a token of a subject: letters, digits, `-` and `_` are themselves, every other byte of its UTF-8 is `%` and two hex digits, and `%` alone is the empty one.
 * So no two parts have one token, but for those that are too long.
 */
export function subjectToken(part: string): string {
  if (part === '') return '%';
  const token = encodeURIComponent(wellFormed(part)).replace(/[!'()*.~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  return token.length <= LONGEST_PART ? token : `%sha256-${createHash('sha256').update(part).digest('hex')}`;
}

/** Halves of surrogate pairs, which JSON can hold and UTF-8 cannot, replaced. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** The subject that an event is published under. @param prefix what the subjects of all events begin with */
export const subjectOf = (prefix: string, { Type, Action, Key }: EventModel): string => [prefix, ...[Type, Action, Key].map(subjectToken)].join('.');
