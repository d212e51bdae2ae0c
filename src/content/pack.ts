/** An object as JSON has it. */
export type PackObject = Readonly<Record<string, unknown>>;

/** A content pack: what it says of itself, and its objects by type and key. */
export interface Pack {
  readonly meta: Readonly<Record<string, string>>;
  readonly sections: Readonly<Record<string, Readonly<Record<string, PackObject>>>>;
}

/** The fields that a pack can have of itself, each with the value that it has if nobody gives one. */
export const META_DEFAULTS: Readonly<Record<string, string>> = {
  Author: '',
  CodeSource: '',
  Color: '',
  Copyright: '',
  Description: '',
  DisplayName: '',
  DocUrl: '',
  Documentation: '',
  Icon: '',
  License: '',
  Name: 'Unspecified',
  Order: '',
  Prerequisites: '',
  RequiredFeatures: '',
  Source: '',
  Tags: '',
  Type: 'dynamic',
  Version: 'v0.0.0',
};

/** How many objects a pack has, by type. */
export const countsOf = ({ sections }: Pack): Record<string, number> =>
  Object.fromEntries(Object.entries(sections).map(([type, objects]) => [type, Object.keys(objects).length]));

/** A pack in which every map has its keys in order, so that the same pack is always written alike. */
export const packInOrder = ({ meta, sections }: Pack): PackObject => inOrder({ meta, sections }) as PackObject;

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, inOrder(one)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
