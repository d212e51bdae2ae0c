import { isatty } from 'node:tty';
import { writeAll } from '../system/file-descriptor.ts';
import { isQuiet } from './log.ts';

/** Nothing is drawn for what is over at once. */
const DRAWN_AFTER_MS = 300;
const REDRAW_MS = 100;

/** Told how many of several things are done. */
export interface CountProgress {
  readonly onCount: (done: number, all: number) => void;
  readonly onEnd: () => void;
}

/** A line on stderr where somebody is at the terminal: `Starting 12/20`. Nothing elsewhere. */
export function countProgress(label: string): CountProgress {
  if (isQuiet() || !isatty(2) || process.env.TERM === 'dumb') return { onCount: () => {}, onEnd: () => {} };
  const started = Date.now();
  let drawn = 0;
  return {
    onCount: (done, all) => {
      const now = Date.now();
      if (now - started < DRAWN_AFTER_MS || (now - drawn < REDRAW_MS && done !== all)) return;
      drawn = now;
      writeAll(2, `\r${label} ${done}/${all}\x1b[K`);
    },
    onEnd: () => {
      if (drawn > 0) writeAll(2, '\r\x1b[K');
    },
  };
}
