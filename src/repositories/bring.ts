import type { Catalogue } from '../catalogue/release.ts';
import type { Validators } from '../http/download.ts';
import type { CachePaths } from './cache-paths.ts';
import type { RepositorySettings } from './settings.ts';

/** What came of an index. */
export interface Brought {
  readonly catalogue: Catalogue;
  /** The file that the index came as, to be moved into the copy, where a server has it as one. */
  readonly raw?: string;
  /** What tells this state of the index from others. */
  readonly state: string;
  readonly validators: Validators;
  readonly finalUrl: string;
}

/** What is known of the copy that stands: the state it is of, and what its server told of it. */
export interface Known {
  readonly state: string;
  readonly validators: Validators;
}

/** Nothing but the server's word on the copy that stands. */
export interface Unchanged {
  readonly catalogue?: undefined;
  readonly validators: Validators;
}

/** Told of an index that is being fetched. */
export interface FetchListener {
  readonly onProgress: (received: number, total: number | undefined) => void;
  /** It is over, well or not. */
  readonly onEnd: () => void;
}

/** What an index is brought in. */
export interface BringWorld {
  readonly paths: CachePaths;
  /** A folder for files on the way; it is gone afterwards. */
  readonly scratch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: FetchListener['onProgress'];
  readonly onRetry: (reason: string, seconds: number) => void;
  /** Whether somebody waits who would rather have the copy that stands. */
  readonly isImpatient: boolean;
}

/**
 * Brings an index from where it is.
 * @param known of the copy that stands; undefined where there is none to go by
 * @throws UserError when it cannot be had, or is none; an Unreached where its server is to be left alone for a while
 */
export async function bring(settings: RepositorySettings, known: Known | undefined, world: BringWorld): Promise<Brought | Unchanged> {
  const { place } = settings;
  switch (place.kind) {
    case 'http':
      return (await import('./bring-http.ts')).bringHttp(settings, place.url, known, world);
    case 'git':
      return (await import('./bring-git.ts')).bringGit(settings, place.url, known, world);
    default:
      return (await import('./bring-local.ts')).bringLocal(settings, place, known);
  }
}
