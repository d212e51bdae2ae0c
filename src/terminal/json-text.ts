import { escapedHarm } from '../system/harmless.ts';

/** A value as JSON in which every character that would do something to a terminal is escaped: it reads back equal. */
export const jsonText = (value: unknown, indent?: number): string => escapedHarm(JSON.stringify(value, null, indent), escaped);

/** JSON that is written already, likewise. */
export const harmlessJson = (json: string): string => escapedHarm(json, escaped);

const escaped = (codePoint: number): string =>
  [...Array(codePoint > 0xffff ? 2 : 1).keys()].map((unit) => `\\u${String.fromCodePoint(codePoint).charCodeAt(unit).toString(16).padStart(4, '0')}`).join('');
