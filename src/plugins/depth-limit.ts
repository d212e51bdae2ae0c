import { settingsTable } from '../config/settings.ts';
import { UserError } from '../errors.ts';

/** Names in a path below a plugin's directory; `depth` under `[limits]` of tool.toml changes it. */
export const DEFAULT_DEPTH = 100;

/** What to do about a tree that is deeper. */
export const DEPTH_HINT = 'make it flatter, or allow more with `depth` under [limits] in tool.toml';

/**
 * How deep a plugin's tree may be in a home, wherever it comes from.
 * @throws UserError when tool.toml cannot be understood
 */
export function depthLimit(home: string): number {
  const { depth = DEFAULT_DEPTH } = settingsTable(home, 'limits', `depth = ${DEFAULT_DEPTH}`);
  if (typeof depth === 'number' && Number.isInteger(depth) && depth > 0) return depth;
  throw new UserError('bad-settings', '"depth" under [limits] in tool.toml is not a whole number above 0', { hint: `its default is ${DEFAULT_DEPTH}` });
}
