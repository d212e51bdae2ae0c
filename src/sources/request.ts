import type { CatalogueSource } from './catalogue/source.ts';
import type { OciSource } from './oci/source.ts';

/** What to install from, as typed, with the flags that narrow it. */
export interface SourceRequest {
  readonly source: string;
  readonly committish?: string | undefined;
  /** Whether `committish` is known to be a branch: one that is followed stays one, whatever tags come. */
  readonly isBranch?: boolean | undefined;
  readonly version?: string | undefined;
  /** Whether `source` is known to name a plugin of a repository: a directory of that name is not meant. */
  readonly isNamed?: boolean | undefined;
  /** Of a plugin of a repository: the platform that it is to be for, where that is not this machine's. */
  readonly platform?: string | undefined;
  /** Of a plugin of a repository: `executor` or `source`, where a name has both. */
  readonly type?: string | undefined;
  /** The very release of a repository, whatever its index lists by now. */
  readonly release?: CatalogueSource | undefined;
  /** The very image of a registry, whatever its tags name by now. */
  readonly image?: OciSource | undefined;
  /** The very commit of a git repository, whatever `committish` or `version` name by now. */
  readonly locked?: LockedCommit | undefined;
  /** What an archive must have: `sha256:` and hex. */
  readonly checksum?: string | undefined;
  /** Link a directory instead of copying it. */
  readonly link: boolean;
}

/** A commit that is wanted exactly. */
export interface LockedCommit {
  readonly commit: string;
  /** The tag it was found by. */
  readonly tag?: string | undefined;
  readonly exact: boolean;
}

/** What an update is asked for beyond what the source holds now. */
export type UpdateWords = Omit<SourceRequest, 'source'>;
