import { maxSatisfying, validRange } from 'semver';
import { UserError } from '../errors.ts';

/** Whether a text is a range of versions. */
export const isRange = (text: string): boolean => validRange(text) !== null;

/**
 * The tag with the highest version within a semver range, its `v` in front or not; undefined when there is none.
 * @throws UserError BAD_USAGE for a range that is none
 */
export function bestTag(tags: readonly string[], range: string): string | undefined {
  if (!isRange(range)) throw new UserError('BAD_USAGE', `"${range}" is not a version range`, { hint: 'write it as ^1.2, ~1.2.3, 1.x or >=1 <3' });
  const byVersion = new Map(tags.map((tag) => [tag.replace(/^v/, ''), tag]));
  const best = maxSatisfying([...byVersion.keys()], range);
  return best === null ? undefined : byVersion.get(best);
}
