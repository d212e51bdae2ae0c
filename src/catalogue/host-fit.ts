import { harmlessLine } from '../system/harmless.ts';
import type { HostRange } from './release.ts';
import type { VersionScheme } from './versions/scheme.ts';

/** What is asked of a host, and what it is called. */
export interface Host {
  readonly version: string;
  readonly title: string;
  /** How its versions are compared. */
  readonly scheme: Pick<VersionScheme, 'range'>;
}

/** Why a host does not take what states such a range, to stand behind its version; undefined where it does. */
export function whyOutside(range: HostRange['range'], { version, title, scheme }: Host): string | undefined {
  if (range === undefined) return `states no range of versions of ${title}, and is offered to none`;
  if (scheme.range(range).has(version, { withPrereleases: true })) return undefined;
  return `requires ${title} ${range}, and this is ${harmlessLine(version)}`;
}
