import type { SchemeName } from '../release.ts';
import { calendar } from './calendar.ts';
import { opaque } from './opaque.ts';
import type { VersionScheme } from './scheme.ts';
import { semantic } from './semantic.ts';

const SCHEMES: Readonly<Record<SchemeName, VersionScheme>> = { semver: semantic, calver: calendar, opaque };

export const schemeNamed = (name: SchemeName): VersionScheme => SCHEMES[name];

/**
 * The schemes that the versions of one name are written in, one for each. Those that can be ordered are all of one: calendar versions where each of them
 * is one (`v2022.10.15-0` is a semantic version as well), semantic ones otherwise. What is neither (`nightly`) is opaque by itself.
 */
export function schemesOf(versions: readonly string[]): SchemeName[] {
  const isSemantic = versions.map(semantic.isVersion);
  const isCalendar = versions.map(calendar.isVersion);
  const ordered = versions.every((_, index) => isCalendar[index] || !isSemantic[index]) ? calendar : semantic;
  return versions.map((_, index) => ((ordered === calendar ? isCalendar : isSemantic)[index] ? ordered.name : 'opaque'));
}
