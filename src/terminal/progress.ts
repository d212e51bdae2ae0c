import { isatty } from 'node:tty';
import { writeAll } from '../system/file-descriptor.ts';

const WIDTH = 30;
const REDRAW_MS = 100;
/** Nothing is drawn for what is over at once. */
const DRAWN_AFTER_MS = 700;

/** A download's bar on stderr where somebody is at the terminal; nothing elsewhere. */
export function downloadProgress(label: string): { onProgress: (received: number, total: number | undefined) => void; end: () => void } {
  const started = Date.now();
  let drawn = 0;
  const shown = isatty(2) && process.env.TERM !== 'dumb';
  return {
    onProgress: (received, total) => {
      const now = Date.now();
      if (!shown || now - started < DRAWN_AFTER_MS || (now - drawn < REDRAW_MS && received !== total)) return;
      drawn = now;
      const megabytes = `${(received / 1e6).toFixed(1)}${total === undefined ? '' : ` of ${(total / 1e6).toFixed(1)}`} MB`;
      const filled = total === undefined ? 0 : Math.round((received / total) * WIDTH);
      writeAll(2, `\r       ${label} [${'#'.repeat(filled).padEnd(WIDTH)}] ${megabytes}\x1b[K`);
    },
    end: () => {
      if (drawn > 0) writeAll(2, '\r\x1b[K');
    },
  };
}
