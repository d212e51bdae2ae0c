import { isatty } from 'node:tty';
import { writeAll } from '../system/file-descriptor.ts';

const WIDTH = 30;
const REDRAW_MS = 100;
/** Nothing is drawn for what is over at once. */
const DRAWN_AFTER_MS = 700;
const SPINNER = ['|', '/', '-', '\\'];

/** Told of something that is being fetched. */
export interface FetchProgress {
  readonly onProgress: (received: number, total: number | undefined) => void;
  /** It is over, well or not. */
  readonly onEnd: () => void;
}

/** A line on stderr where somebody is at the terminal: a bar for a download, a spinner for what does not say how far it is. Nothing elsewhere. */
export function fetchProgress(label: string): FetchProgress {
  if (!isatty(2) || process.env.TERM === 'dumb') return { onProgress: () => {}, onEnd: () => {} };
  const started = Date.now();
  let drawn = 0;
  let turns = 0;
  const draw = (text: string): void => {
    drawn = Date.now();
    writeAll(2, `\r       ${label} ${text}\x1b[K`);
  };
  const spinner = setInterval(() => {
    if (Date.now() - started >= DRAWN_AFTER_MS) draw(SPINNER[turns++ % SPINNER.length] ?? '');
  }, REDRAW_MS);
  // A process that has nothing else to do is not kept for it.
  spinner.unref();
  return {
    onProgress: (received, total) => {
      clearInterval(spinner);
      const now = Date.now();
      if (now - started < DRAWN_AFTER_MS || (now - drawn < REDRAW_MS && received !== total)) return;
      const megabytes = `${(received / 1e6).toFixed(1)}${total === undefined ? '' : ` of ${(total / 1e6).toFixed(1)}`} MB`;
      const filled = total === undefined ? 0 : Math.round((received / total) * WIDTH);
      draw(`[${'#'.repeat(filled).padEnd(WIDTH)}] ${megabytes}`);
    },
    onEnd: () => {
      clearInterval(spinner);
      if (drawn > 0) writeAll(2, '\r\x1b[K');
    },
  };
}
