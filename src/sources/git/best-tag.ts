import { compareBuild, satisfies, valid, validRange } from 'semver';
import { UserError } from '../../errors.ts';

/** Whether a text is a range of versions. */
export const isRange = (text: string): boolean => validRange(text) !== null;

/**
 * The tag with the highest version within a semver range; undefined when there is none. Numbers that are left out count as 0, as in Helm: `v1` and
 * `1.0` are 1.0.0. Of tags of one version the one that is written out goes first.
 * @throws UserError for a range that is none
 */
export function bestTag(tags: readonly string[], range: string): string | undefined {
  if (!isRange(range)) throw new UserError('bad-version-range', `"${range}" is not a version range`, { hint: 'write it as ^1.2, ~1.2.3, 1.x or >=1 <3' });
  let best: { tag: string; version: string } | undefined;
  for (const tag of tags) {
    const version = versionOf(tag);
    if (version === undefined || !satisfies(version, range)) continue;
    const order = best === undefined ? 1 : compareBuild(version, best.version);
    if (best === undefined || order > 0 || (order === 0 && isWrittenOut(tag, version) && !isWrittenOut(best.tag, version))) best = { tag, version };
  }
  return best?.tag;
}

/** A tag as a whole semantic version; undefined for what is none. */
export function versionOf(tag: string): string | undefined {
  const [, major = '', minor, patch, rest = ''] = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+].*)?$/.exec(tag) ?? [];
  if (major === '') return undefined;
  const numbers = [major, minor ?? '0', patch ?? '0'].map((number) => number.replace(/^0+(?=\d)/, ''));
  return valid(numbers.join('.') + rest) === null ? undefined : numbers.join('.') + rest;
}

const isWrittenOut = (tag: string, version: string): boolean => tag.replace(/^v/, '') === version;
