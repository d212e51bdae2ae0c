import { closest, distance } from 'fastest-levenshtein';

/** The nearest of some words, or undefined when none is near enough to be a slip of the fingers. Two letters that changed places are one slip. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, known);
  const away = distance(word, best);
  if (away <= 1) return best;
  const swapped = known.find((other) => isSwapped(word, other));
  if (swapped !== undefined) return swapped;
  return away <= Math.max(1, Math.floor(word.length / 3)) ? best : undefined;
}

function isSwapped(a: string, b: string): boolean {
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return at >= 0 && a.length === b.length && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
