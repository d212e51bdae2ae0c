import type { Catalogue } from '../catalogue/release.ts';
import type { Validators } from '../http/download.ts';
import type { CachePaths } from './cache-paths.ts';
import type { KeptAge } from './meta.ts';
import type { Order } from './older.ts';
import type { RepositorySettings } from './settings.ts';

/** What came of an index. */
export interface Brought {
  readonly catalogue: Catalogue;
  /** The file that the index came as, to be moved into the copy, where a server has it as one. */
  readonly raw?: string;
  /** What tells this state of the index from others. */
  readonly state: string;
  readonly validators: Validators;
  /** The endings of the signatures that were looked for beside it. */
  readonly signatures?: readonly string[] | undefined;
  readonly finalUrl: string;
  /** sha256 of a file on this machine. */
  readonly content?: string;
  /** Of an index in git: when its commit was made, and how that stands to the one that was there. */
  readonly committedAt?: string;
  readonly order?: Order | undefined;
}

/** What is known of the copy that stands: the state it is of, and what its server told of it. */
export interface Known {
  readonly state: string;
  readonly validators: Validators;
  readonly signatures?: readonly string[] | undefined;
  readonly age?: KeptAge | undefined;
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

/** The plugins that fetch addresses of other schemes than http, https and file. */
export interface IndexGetters {
  /** Has a file written that is not there yet. @throws UserError where no plugin has the scheme, or its getter fails; part of a file may stand then */
  fetch(
    url: string,
    file: string,
    limits: { readonly maxBytes: number; readonly quietMs?: number; readonly onProgress?: FetchListener['onProgress']; readonly isQuiet?: boolean },
  ): Promise<{ readonly sha256: string }>;
}

/** What an index is brought in. */
export interface BringWorld {
  readonly paths: CachePaths;
  /** What is known of the copy, whether or not it can be looked into. */
  readonly before?: Known | undefined;
  /** A folder for files on the way; it is gone afterwards. */
  readonly scratch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly getters?: IndexGetters | undefined;
  readonly onProgress: FetchListener['onProgress'];
  readonly onRetry: (reason: string, seconds: number) => void;
  /** Whether somebody waits who would rather have the copy that stands. */
  readonly isImpatient: boolean;
  /** Whether the server is to send what it has, whatever is here already. */
  readonly isUnconditional?: boolean | undefined;
  /** The endings of the signatures to look for beside an index. */
  readonly wantedSignatures: readonly string[];
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
    case 'getter':
      return (await import('./bring-getter.ts')).bringByGetter(settings, place.url, known, world);
    case 'git':
      return (await import('./bring-git.ts')).bringGit(settings, place.url, known, world);
    default:
      return (await import('./bring-local.ts')).bringLocal(settings, place, known);
  }
}
