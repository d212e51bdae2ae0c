import type { Reference } from '../catalogue/reference.ts';
import type { Release } from '../catalogue/release.ts';
import type { SearchRow } from '../catalogue/search.ts';
import type { Layout } from '../home/layout.ts';
import type { RepositorySettings } from './settings.ts';

/** Told of an index that is being fetched. */
export interface FetchListener {
  readonly onProgress: (received: number, total: number | undefined) => void;
  /** It is over, well or not. */
  readonly onEnd: () => void;
}

/** How repositories are looked into. */
export interface CataloguesOptions {
  /** Ask every server that is concerned, however new the copy of its index is. */
  readonly refresh?: boolean | undefined;
  /** Ask none. */
  readonly offline?: boolean | undefined;
  /** Told once for each repository whose copy is used although it is too old, and why. */
  readonly warn: (line: string) => void;
  /** Makes a listener for an index that is fetched. @param label the repository's name */
  readonly progress?: (label: string) => FetchListener;
  /** By default this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The releases of one name and type in one repository. */
export interface FoundReleases {
  readonly repository: string;
  readonly name: string;
  readonly type?: string;
  /** As listed; of an index in git also those of its history, where the wish of the reference asks for more than the latest. */
  readonly releases: readonly Release[];
}

/** A name and type of one repository. */
export interface RepositoryRow {
  readonly repository: string;
  readonly row: SearchRow;
}

/** The repositories of a home, each read when it is first needed, and fetched where its copy is too old. */
export interface Catalogues {
  /** As tool.toml has them. */
  readonly repositories: readonly RepositorySettings[];
  /**
   * The releases that a reference names, in the one repository that has them.
   * @param type `executor` or `source`, where a name may have both
   * @throws UserError REFUSED for a repository or a name that is not known (nearest named), a name in several repositories or of several types (all
   * listed), and where no copy of an index can be had
   */
  find(reference: Reference, type?: string): Promise<FoundReleases>;
  /** What all repositories have, those that cannot be read left out with a warning. @throws UserError REFUSED where none can be read */
  rows(): Promise<readonly RepositoryRow[]>;
  /**
   * The headers to send for what a repository names at an address: its own for what is of its index's origin, none for all others.
   * @throws UserError REFUSED for a variable that is not set
   */
  headersFor(repository: string, url: string): Readonly<Record<string, string>>;
}

/**
 * Opens the repositories that tool.toml has; nothing is asked yet.
 * @throws UserError REFUSED when tool.toml cannot be understood
 */
export function openCatalogues(_layout: Layout, _options: CataloguesOptions): Catalogues {
  throw new Error('being written');
}
