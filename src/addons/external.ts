import { byKey, newestFirst } from '../catalogue/order.ts';
import type { Release } from '../catalogue/release.ts';
import type { Named } from './offer.ts';
import type { ExternalRelease } from './registry.ts';

/** A version that the author of an add-on has released, as far as it matters to who chooses one. */
export interface ExternalVersion extends Pick<Release, 'version' | 'prerelease'> {
  /** The range of versions of the host that it suits, where one is stated. */
  readonly range?: string | undefined;
  readonly url: string;
  readonly sha256?: string | undefined;
  readonly size?: number | undefined;
}

/** What the author of one add-on has released. */
export interface ExternalAddon {
  /** Newest first. */
  readonly versions: Named<ExternalVersion>;
  /** Whether each is another release of three numbers, so that no other order is to be found for them. */
  readonly isInOrder: boolean;
}

/** What authors have released, by add-on. */
export type External = ReadonlyMap<string, ExternalAddon>;

const isRelease = (version: string): boolean => /^v?\d+\.\d+\.\d+$/.test(version);

/** Releases by add-on. */
export function externalOf(entries: readonly ExternalRelease[]): External {
  const urls = new Map(entries.map(({ release, url }) => [release, url]));
  const groups = [...byKey(entries.map(({ release }) => release)).values()];
  return new Map(
    groups.map((group): [string, ExternalAddon] => {
      const versions = newestFirst(group).map((release): ExternalVersion => {
        const { version, prerelease, requires, platforms } = release;
        const { sha256, size } = platforms[0] ?? {};
        return { version, prerelease, range: requires?.range, url: urls.get(release) ?? '', sha256, size };
      });
      const distinct = new Set(versions.map(({ version }) => version));
      return [group[0]?.name ?? '', { versions, isInOrder: distinct.size === versions.length && versions.every(({ version }) => isRelease(version)) }];
    }),
  );
}
