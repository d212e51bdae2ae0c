import { semantic } from '../catalogue/versions/semantic.ts';
import type { Offer, OfferOrder } from './offer.ts';

/** Whether a version is a word (`alpha`, `nightly`), which is never the latest while there is another. */
export const isWord = (version: string): boolean => !/^v?\d/.test(version);

/**
 * Whether a version can be compared with others. `0.57.0-36.2.0` cannot: what stands behind the dash is another program's version, and no prerelease
 * (prometheus and goldpinger of kURL).
 */
const isComparable = (version: string): boolean => semantic.isVersion(version) && !/^[^-+]*-\d/.test(version);

/** Whether a version is a prerelease of one that can be compared. */
export const isPrerelease = (version: string): boolean => isComparable(version) && semantic.isPrerelease(version);

/**
 * The offers of one add-on in one order, newest first; of two that have the same version the external one stays, as it has a package of its own.
 * Where each version can be compared, versions tell the order; else what is external goes first, and the internal versions stay as they are listed.
 * Words come last. As kURL has it, the external ones are always first (contract registry §2.4).
 * @param external newest first
 * @param internal as the host lists them
 */
export function mergeOffers(external: readonly Offer[], internal: readonly Offer[], order: OfferOrder): Offer[] {
  const versions = new Set<string>();
  const all = [...external, ...internal].filter(({ version }) => !versions.has(version) && versions.add(version));
  if (order === 'kurl') return all;
  const numbered = all.filter(({ version }) => !isWord(version));
  const ordered = numbered.every(({ version }) => isComparable(version)) ? numbered.toSorted((a, b) => semantic.compare(b.version, a.version)) : numbered;
  return [...ordered, ...all.filter(({ version }) => isWord(version))];
}
