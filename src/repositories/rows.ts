import type { SearchRow } from '../catalogue/search.ts';
import { isCount, isListOf, isObject, isText, type Shape } from '../system/own-json.ts';

/** What a search reads: a row for each name and type, and where its releases end among those of all. */
export interface Rows {
  readonly rows: readonly SearchRow[];
  /** In bytes of the file of releases, one for each row. */
  readonly ends: readonly number[];
}

/** Rows as they are kept: by columns, and what many rows have alike once, which is half of the strings and of the garbage of reading them. */
interface KeptRows {
  readonly names: readonly string[];
  readonly versions: readonly string[];
  readonly descriptions: readonly string[];
  /** Places in `alike`. */
  readonly types: readonly number[];
  readonly platforms: readonly number[];
  readonly alike: readonly string[];
  readonly ends: readonly number[];
}

export function toKeptRows({ rows, ends }: Rows): KeptRows {
  const places = new Map<string, number>();
  const placeOf = (text: string): number => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const [types, platforms] = [rows.map(([, type]) => placeOf(type)), rows.map(([, , , , platform]) => placeOf(platform))];
  const columns = { names: rows.map(([name]) => name), versions: rows.map(([, , version]) => version), descriptions: rows.map((row) => row[3]) };
  return { ...columns, types, platforms, alike: [...places.keys()], ends };
}

/** Whether what was read is kept rows; that they belong together, `fromKeptRows` looks at. */
export const areKeptRows: Shape<KeptRows> = isObject<KeptRows>({
  names: isListOf(isText),
  versions: isListOf(isText),
  descriptions: isListOf(isText),
  types: isListOf(isCount),
  platforms: isListOf(isCount),
  alike: isListOf(isText),
  ends: isListOf(isCount),
});

/** @returns undefined for rows that do not belong together */
export function fromKeptRows({ names, versions, descriptions, types, platforms, alike, ends }: KeptRows): Rows | undefined {
  const rows: SearchRow[] = [];
  for (let index = 0; index < names.length; index++) {
    const [name, version, description] = [names[index], versions[index], descriptions[index]];
    const [type, platform] = [alike[types[index] ?? -1], alike[platforms[index] ?? -1]];
    if (name === undefined || version === undefined || description === undefined || type === undefined || platform === undefined) return undefined;
    rows.push([name, type, version, description, platform]);
  }
  return ends.length === rows.length ? { rows, ends } : undefined;
}
