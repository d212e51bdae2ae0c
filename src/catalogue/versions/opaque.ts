import { UserError } from '../../errors.ts';
import { harmlessLine } from '../../system/harmless.ts';
import type { VersionScheme } from './scheme.ts';

/** Versions that nothing is known of: they are had by their exact text, and the latest is the first that is listed. */
export const opaque: VersionScheme = {
  name: 'opaque',
  isVersion: (text) => text !== '',
  isWhole: (text) => text !== '',
  compare: () => 0,
  isPrerelease: () => false,
  range: (text) => {
    throw new UserError('bad-version-range', `"${harmlessLine(text)}" is a range, and versions that have no order that is known have no ranges`, {
      hint: 'ask for one by its exact text, or for the latest',
    });
  },
};
