import type { Reference } from '../catalogue/reference.ts';
import type { SearchRow } from '../catalogue/search.ts';
import type { Layout } from '../home/layout.ts';
import { downloadsFolder } from './cache-paths.ts';
import { type CataloguesOptions, Copies, copyWorld } from './copies.ts';
import { downloadLimit } from './download-limit.ts';
import type { FoundReleases } from './find.ts';
import { expandHeaders } from './headers.ts';
import { configuredRepositories, type RepositorySettings } from './settings.ts';
import type { SignedIndex } from './signed-index.ts';

export type { CataloguesOptions } from './copies.ts';

/** What one repository has, a row for each name and type. */
export interface RepositoryRows {
  readonly repository: string;
  readonly rows: readonly SearchRow[];
}

/** The repositories of a home, each read when it is first needed, and fetched where its copy is too old. */
export interface Catalogues {
  /** As tool.toml has them. */
  readonly repositories: readonly RepositorySettings[];
  /** Whether no server is to be asked. */
  readonly offline: boolean;
  /** The folder in which downloads are kept. */
  readonly downloads: string;
  /** The most that it may have, in bytes; read when it is first asked for. */
  readonly downloadBytes?: (() => number) | undefined;
  /**
   * The releases that a reference names, in the one repository that has them.
   * @param type `executor` or `source`, where a name may have both
   * @throws UserError for a repository or a name that is not known (nearest named), a name in several repositories or of several types (all
   * listed), and where no copy of an index can be had
   */
  find(reference: Reference, type?: string): Promise<FoundReleases>;
  /** What all repositories have, those that cannot be read left out with a warning. @throws UserError where there are none, or none can be read */
  rows(): Promise<readonly RepositoryRows[]>;
  /** The index of a repository as it is looked into, and what there is that was signed of it; undefined for what has no signatures. */
  indexOf(repository: string): Promise<SignedIndex | undefined>;
  /**
   * The headers to send for what a repository names at an address: its own for what is of its index's origin, none for all others.
   * @throws UserError for a variable that is not set
   */
  headersFor(repository: string, url: string): Readonly<Record<string, string>>;
}

/**
 * Opens the repositories that tool.toml has; nothing is asked yet.
 * @throws UserError when tool.toml cannot be understood
 */
export function openCatalogues(layout: Layout, options: CataloguesOptions): Catalogues {
  const repositories = configuredRepositories(layout.home);
  const world = copyWorld(layout, options);
  const copies = new Copies(repositories, world);
  return {
    repositories,
    offline: options.offline === true,
    downloads: downloadsFolder(layout),
    downloadBytes: () => downloadLimit(layout.home),
    find: async (reference, type) => (await import('./find.ts')).findReleases(reference, type, copies),
    rows: async () => (await copies.all()).map(({ settings, rows }) => ({ repository: settings.name, rows: rows.rows })),
    async indexOf(name) {
      const settings = repositories.find((one) => one.name === name);
      return settings && (await import('./signed-index.ts')).signedIndex(await copies.of(settings));
    },
    headersFor(name, url) {
      const settings = repositories.find((one) => one.name === name);
      if (settings?.place.kind !== 'http' || !URL.canParse(url) || new URL(url).origin !== new URL(settings.place.url).origin) return {};
      return expandHeaders(name, settings.headers, world.env);
    },
  };
}
