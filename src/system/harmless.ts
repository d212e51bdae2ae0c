/**
 * What does something to a terminal or to the order of what is read, or prints nothing: controls, line separators, marks that
 * turn the direction of writing, what has no width. Signs of Arabic and Syriac that stand in front of digits are seen and stay, and so
 * do joiners between letters of the scripts, and parts of the emoji, that need them.
 */
const HARMFUL =
  /[\p{Cc}\p{Cs}\u2028\u2029]|(?<![^\0-\x7f\p{Cf}])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f\p{Cf}])|(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u200c\u200d])\p{Cf}/gu;

/** Colours as terminals take them: text is the same without. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken off
const COLOURS = /\x1b\[[\d;:]*m/g;

/** What ends a line, or looks as if it did. */
const LINE_ENDS = /[\n\v\f\r\x85\u2028\u2029]+/g;

const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);

/** The same on several lines, and in columns. */
const isPlainText = (text: string): boolean => /^[\n\t -~]*$/.test(text);

/** A text by somebody else, fit to be shown: colours are taken off, and `?` stands for what is no text. Line ends and tabs stay. */
export const harmless = (text: string): string =>
  isPlainText(text) ? text : text.replaceAll(COLOURS, '').replaceAll(HARMFUL, (found) => (found === '\n' || found === '\t' ? found : '?'));

/** The same on one line, for a field of a row or of a message: what ends a line is a blank. */
export const harmlessLine = (text: string): string => (isPlain(text) ? text : harmless(text.replaceAll(LINE_ENDS, ' ').trim()).replaceAll('\t', ' '));

/**
 * A text in which every character that is not harmless is written in another way; for formats that can say any character.
 * @param written how, told its code point
 */
export const escapedHarm = (text: string, written: (codePoint: number) => string): string =>
  isPlain(text) ? text : text.replaceAll(HARMFUL, (found) => (found === '\n' ? found : written(found.codePointAt(0) ?? 0)));
