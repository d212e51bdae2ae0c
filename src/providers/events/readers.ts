import { ApiError, type Caller, instanceAsking } from '../api/http.ts';
import { errorModel } from '../models.ts';

/** How many streams and websockets one that asks may have at once. */
const MOST_AT_ONCE = 64;

/** Somebody who reads events over a connection. */
export interface Reader {
  /** What it is called as a subscriber. */
  readonly name: string;
  /** It has gone. */
  leave(): void;
}

/** Those who read events over connections, by whom they are. */
export class Readers {
  /** What ends each of them. */
  readonly #open = new Map<string, Set<() => void>>();
  #count = 0;

  /**
   * Has one more read.
   * @param end ends its connection; called where it is not to read any more
   * @throws ApiError 429 for too many
   */
  enter(caller: Caller, end: () => void): Reader {
    const name = instanceAsking({ caller });
    const open = this.#open.get(name) ?? new Set();
    if (open.size >= MOST_AT_ONCE)
      throw new ApiError(429, errorModel(429, [`there are ${open.size} that read events already`], { type: 'GET' }), { 'retry-after': '1' });
    this.#open.set(name, open.add(end));
    return { name: `${name || 'owner'}:${++this.#count}`, leave: () => void open.delete(end) };
  }

  /** Ends all that an instance reads: its token counts no more. */
  end(instance: string): void {
    for (const end of this.#open.get(instance) ?? []) end();
  }
}
