import type { SchemeName } from '../release.ts';
import type { VersionScheme } from './scheme.ts';

export const schemeNamed = (_name: SchemeName): VersionScheme => {
  throw new Error('being written');
};

/** The scheme that all of some versions are written in. */
export const schemeOf = (_versions: readonly string[]): SchemeName => {
  throw new Error('being written');
};
