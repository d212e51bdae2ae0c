/**
 * Does something with each of some things, so many at a time; the next begins when one has ended.
 * @param most how many at a time
 * @returns what came of each, in their order
 * @throws the first failure; others go on behind it
 */
export async function mapAtOnce<T, R>(all: readonly T[], most: number, map: (one: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(all.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) results[index] = await map(all[index] as T, index);
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}

/** Things that are begun without being waited for, so many at a time. */
export class BegunAtOnce {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Begins something once there is room for it. @throws the first failure of those that were begun before */
  async begin(action: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    if (this.#failure) throw this.#failure.error;
    const running = action()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits for all that was begun. @throws the first failure of them */
  async end(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
  }
}
