import { harmless } from '../system/harmless.ts';
import { type Paint, paintFor } from './colour.ts';
import { harmlessJson } from './json-text.ts';
import { printBytes } from './log.ts';

/** A line that begins with a heading, or is in one colour all along. */
export interface HeadedLine {
  readonly front: string;
  readonly heading: string;
  readonly rest: string;
  readonly as?: keyof Paint;
}

/** Prints lines of JSON that are written already, complete and harmless; all of them by one write. */
export function printJsonLines(lines: readonly string[]): void {
  if (lines.length > 0) printBytes(Buffer.from(`${harmlessJson(lines.join('\n'))}\n`));
}

/** Prints lines on stdout, all of them by one write. */
export function printHeaded(lines: readonly HeadedLine[]): void {
  const paint = paintFor(1);
  const painted = lines.map(({ front, heading, rest, as }) => {
    const subject = as === undefined ? paint.heading(harmless(heading)) : harmless(heading);
    const line = `${harmless(front)}${subject}${harmless(rest)}`;
    return as === undefined ? line : paint[as](line);
  });
  if (lines.length > 0) printBytes(Buffer.from(`${painted.join('\n')}\n`));
}
