/** How many events an instance may publish at once, and again in every second. */
const MOST_A_SECOND = 2000;

/** Bounds what each of several sources does in a second, so that one that answers events by events does not keep all others busy. */
export class RateGuard {
  readonly #left = new Map<string, { tokens: number; at: number }>();

  /** Whether a source may go on; if so, it counts. @param now in milliseconds */
  admits(source: string, now: number): boolean {
    const known = this.#left.get(source) ?? { tokens: MOST_A_SECOND, at: now };
    const tokens = Math.min(MOST_A_SECOND, known.tokens + ((now - known.at) / 1000) * MOST_A_SECOND);
    const isAdmitted = tokens >= 1;
    this.#left.set(source, { tokens: isAdmitted ? tokens - 1 : tokens, at: now });
    return isAdmitted;
  }

  /** Forgets a source. */
  forget(source: string): void {
    this.#left.delete(source);
  }
}
