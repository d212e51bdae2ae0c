import type { ImportKindName } from '../importing/import-plan.ts';
import type { WantedAddon } from './addon/source.ts';
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
  /** Set where the package of an add-on is wanted. */
  readonly addon?: WantedAddon | undefined;
  /** The very commit of a git repository, whatever `committish` or `version` name by now. */
  readonly locked?: LockedCommit | undefined;
  /** What an archive must have: `sha256:` and hex. */
  readonly checksum?: string | undefined;
  /** Set where a plugin is to be made of what is there. */
  readonly imports?: ImportWords | undefined;
  /** Link a directory instead of copying it. */
  readonly link: boolean;
}

/** What is said of an import beside its place. */
export interface ImportWords {
  /** What it is to be imported as, where it may be several things. */
  readonly as?: ImportKindName | undefined;
  /** What the plugin is called, which usage lines repeat; by default what the place is. */
  readonly name?: string | undefined;
  /** Whether what is not brought was told before, and needs no remark. */
  readonly isTold?: boolean | undefined;
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
