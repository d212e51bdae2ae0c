/** How many ids are remembered. */
const MOST = 16_384;

/** The ids of events that came last, so that one that comes again is known. */
export class RecentIds {
  readonly #ids = new Set<string>();

  /** Whether an id is new; it is not any more then. */
  isNew(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > MOST) for (const oldest of this.#ids) return this.#ids.delete(oldest);
    return true;
  }
}
