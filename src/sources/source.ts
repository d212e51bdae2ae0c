import { harmlessLine } from '../system/harmless.ts';
import type { TreeEntry } from '../system/tree-hash.ts';

/** Where a plugin's tree came from, as its receipt keeps it. */
export type Source =
  | {
      readonly kind: 'git';
      readonly url: string;
      readonly committish?: string;
      /** A semver range over the tags. */
      readonly version?: string;
      /** The tag that was asked for, or that the range chose. */
      readonly tag?: string;
      readonly commit: string;
      /** On a tag or a commit rather than a branch: a plain update leaves it there. */
      readonly pinned: boolean;
    }
  | { readonly kind: 'archive'; readonly url: string; readonly sha256: string }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string }
  /** Put there by hand, before the store knew of it. */
  | { readonly kind: 'unknown' };

/** What to install from, as typed, with the flags that narrow it. */
export interface SourceRequest {
  readonly source: string;
  readonly committish?: string | undefined;
  /** Whether `committish` is known to be a branch: one that is followed stays one, whatever tags come. */
  readonly isBranch?: boolean | undefined;
  readonly version?: string | undefined;
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
  readonly pinned: boolean;
}

/** A tree made whole in staging, where it came from, and the hash of what is in it. */
export interface Staged {
  readonly tree: string;
  readonly source: Source;
  /** sha256 of names, execute bits and contents without `.git`, in hex; empty for a link. */
  readonly hash: string;
  /** What is in the tree; nothing for a link. */
  readonly entries: readonly TreeEntry[];
  /** Set when the tag of a locked commit names another one by now. */
  readonly moved?: string | undefined;
  /** The branch that git checked out. */
  readonly branch?: string | undefined;
  /** The one folder that an archive was in. */
  readonly folder?: string | undefined;
}

/** A source in one line for people. */
export const sourceText = (source: Source): string => harmlessLine(textOf(source));

function textOf(source: Source): string {
  switch (source.kind) {
    case 'git':
      return `${source.url} at ${source.commit.slice(0, 12)}${source.committish ? ` (${source.committish})` : ''}`;
    case 'archive':
      return `${source.url} (sha256:${source.sha256.slice(0, 12)})`;
    case 'directory':
      return source.path;
    case 'link':
      return `link to ${source.path}`;
    case 'unknown':
      return 'put there by hand';
  }
}

/** Whether two sources name the same place to get a plugin from. */
export const samePlace = (a: Source, b: Source): boolean =>
  (a.kind === b.kind && 'url' in a && 'url' in b && a.url === b.url) || (a.kind === b.kind && 'path' in a && 'path' in b && a.path === b.path);
