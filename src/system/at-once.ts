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
