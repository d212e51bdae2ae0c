/** Actions that an instance is asked for at once, and that wait. */
const MOST_AT_ONCE = 16;
const MOST_WAITING = 64;

/** The actions that are under way at one instance: so many at once, and a queue that is not without end. */
export class InFlight {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  /** Waits for a place, which is given back by `leave`. @returns whether there is one; false where too many wait */
  async enter(): Promise<boolean> {
    if (this.#running < MOST_AT_ONCE) {
      this.#running++;
      return true;
    }
    if (this.#waiting.length >= MOST_WAITING) return false;
    // Whoever leaves hands its place on.
    await new Promise<void>((go) => this.#waiting.push(go));
    return true;
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    if (--this.#running === 0) for (const done of this.#idle.splice(0)) done();
  }

  /** Waits until none is under way, and not longer than that. */
  drained(mostMs: number): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, mostMs);
      this.#idle.push(() => {
        clearTimeout(timer);
        done();
      });
    });
  }
}
