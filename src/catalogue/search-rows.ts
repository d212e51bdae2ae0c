import { inByteOrder } from '../home/names.ts';
import { newestFirst, representative } from './order.ts';
import { platformText } from './platforms.ts';
import type { Release } from './release.ts';
import type { SearchRow } from './search.ts';

/** Characters of a description that are kept. */
const DESCRIBED = 300;

/** The rows of an index, in byte order of names. @param groups its releases by name and type */
export const toSearchRows = (groups: ReadonlyMap<string, readonly Release[]>): SearchRow[] =>
  [...groups.values()].map(rowOf).sort(([a, typeA], [b, typeB]) => inByteOrder(a, b) || inByteOrder(typeA, typeB));

function rowOf(releases: readonly Release[]): SearchRow {
  const shown = representative(releases.length === 1 ? releases : newestFirst(releases));
  return [shown.name, shown.type ?? '', shown.version, shown.description.slice(0, DESCRIBED), shown.platforms.map(platformText).join(' ')];
}
