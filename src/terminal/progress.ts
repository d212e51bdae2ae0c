import { isatty } from 'node:tty';
import { writeAll } from '../system/file-descriptor.ts';
import { isQuiet } from './log.ts';
import { lineThatFits, progressLine } from './progress-line.ts';

const REDRAW_MS = 100;
/** Nothing is drawn for what is over at once. */
const DRAWN_AFTER_MS = 700;
const SPINNER = ['|', '/', '-', '\\'];
/** Of a terminal that does not say. */
const USUAL_COLUMNS = 80;

/** Told of something that is being fetched. */
export interface FetchProgress {
  readonly onProgress: (received: number, total: number | undefined) => void;
  /** It is over, well or not. */
  readonly onEnd: () => void;
}

/** A line on stderr where somebody is at the terminal: a bar for a download, a spinner for what does not say how far it is. Nothing elsewhere. */
export function fetchProgress(label: string): FetchProgress {
  if (isQuiet() || !isatty(2) || process.env.TERM === 'dumb') return { onProgress: () => {}, onEnd: () => {} };
  const started = Date.now();
  let drawn = 0;
  let turns = 0;
  const draw = (line: string): void => {
    drawn = Date.now();
    writeAll(2, `\r${line}\x1b[K`);
  };
  // Asked every time: a window may be made narrower meanwhile.
  const columns = (): number => process.stderr.getWindowSize()[0] || USUAL_COLUMNS;
  const spinner = setInterval(() => {
    if (Date.now() - started >= DRAWN_AFTER_MS) draw(lineThatFits(label, SPINNER[turns++ % SPINNER.length] ?? '', columns()));
  }, REDRAW_MS);
  // A process that has nothing else to do is not kept for it.
  spinner.unref();
  return {
    onProgress: (received, total) => {
      clearInterval(spinner);
      const now = Date.now();
      if (now - started < DRAWN_AFTER_MS || (now - drawn < REDRAW_MS && received !== total)) return;
      draw(progressLine(label, received, total, columns()));
    },
    onEnd: () => {
      clearInterval(spinner);
      if (drawn > 0) writeAll(2, '\r\x1b[K');
    },
  };
}
