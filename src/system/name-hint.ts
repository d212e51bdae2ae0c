import { nearest } from './nearest.ts';

/** The hint for a name that is not known: the one that was probably meant, and what else to try. */
export function hintFor(name: string, known: readonly string[], hint?: string): { readonly hint?: string } {
  const near = nearest(name, known);
  if (near === undefined) return hint === undefined ? {} : { hint };
  return { hint: `did you mean ${near}?${hint === undefined ? '' : ` ${hint.charAt(0).toUpperCase()}${hint.slice(1)}`}` };
}
