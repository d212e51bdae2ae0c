import type { ServerResponse } from 'node:http';
import { LineAnswer } from '../api/line-answer.ts';

/** What waits for a reader at most, in bytes. */
const MOST_WAITING = 4 << 20;

/** An answer without an end: JSON, a value a line. */
export interface LineStream {
  /** Sends a line of JSON, unless its reader is so far behind that it is cut off: it asks anew. */
  send(json: string): void;
  /** Whether what was sent before has not been read yet. */
  readonly isBehind: boolean;
}

/** Begins an answer of lines. @param onEnd called once, when whoever reads it has gone */
export function streamLines(response: ServerResponse, onEnd: () => void): LineStream {
  new LineAnswer(response).begin(onEnd);
  return {
    send(json) {
      if (response.destroyed) return;
      if (response.writableLength > MOST_WAITING) response.destroy();
      else response.write(`${json}\n`);
    },
    get isBehind() {
      return response.writableNeedDrain;
    },
  };
}
