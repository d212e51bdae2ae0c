/** Where a plugin's tree came from, as its receipt keeps it. */
export type Source =
  | {
      readonly kind: 'git';
      readonly url: string;
      readonly committish?: string;
      /** A semver range over the tags. */
      readonly version?: string;
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
  readonly version?: string | undefined;
  /** What an archive must have: `sha256:` and hex. */
  readonly checksum?: string | undefined;
  /** Link a directory instead of copying it. */
  readonly link: boolean;
}

/** A tree made whole in staging, where it came from, and the hash of what is in it. */
export interface Staged {
  readonly tree: string;
  readonly source: Source;
  /** sha256 of names, modes and contents without `.git`, in hex; empty for a link. */
  readonly hash: string;
}

/** A source in one line for people. */
export function sourceText(source: Source): string {
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
