/** Levels of a schema: more than any configuration has, and not so many that a stack ends. */
export const SCHEMA_DEPTH = 100;

/** Whether a schema has more levels than that; asked before it is walked or written. It needs no stack of its own. */
export function isTooDeep(schema: object): boolean {
  let level: object[] = [schema];
  for (let at = 0; level.length > 0; at++) {
    if (at === SCHEMA_DEPTH) return true;
    level = level.flatMap((one) => Object.values(one).filter((inner): inner is object => typeof inner === 'object' && inner !== null));
  }
  return false;
}
