/** Which part of a long table runs; a case that fails is in its test's name, so nobody needs the seed to see it again. */
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/**
 * The cases of a long table that run: all of them in `make soak` (CASES=all), else `count` of them, spread over the table, others in the next run.
 * For cases that a test in test/unit tries whole, or that differ little.
 */
export function sliceOf<T>(cases: readonly T[], count: number): readonly T[] {
  if (process.env.CASES === 'all') return cases;
  const taken = new Set(Array.from({ length: count }, (_, index) => (SEED + Math.floor((index * cases.length) / count)) % cases.length));
  return cases.filter((_, index) => taken.has(index));
}
