/** What a name may lead to in a repository. */
export interface KnownRefs {
  readonly branches: { has(name: string): boolean };
  readonly tags: { has(name: string): boolean };
  /** The branch that a clone stands at; undefined where HEAD names none. */
  readonly defaultBranch: string | undefined;
}

/** What somebody named. */
export type Named =
  | { readonly kind: 'branch'; readonly branch: string; readonly tagToo?: boolean }
  | { readonly kind: 'tag'; readonly tag: string; readonly branchToo?: boolean }
  /** What the repository itself stands at. */
  | { readonly kind: 'head' }
  | { readonly kind: 'commit'; readonly commit: string }
  /** Another ref by its full name, like `refs/pull/1/head`, which a clone does not bring. */
  | { readonly kind: 'ref'; readonly ref: string }
  /** The beginning of a commit's hash, or an expression like `v1~1`: git's own to read. */
  | { readonly kind: 'revision'; readonly revision: string };

/**
 * Reads the name of a branch, tag or commit in every spelling that git knows, as `git checkout` in a fresh clone does: a whole hash is a commit;
 * otherwise the branch that the clone stands at goes first, then `refs/NAME`, a tag, another branch, `origin/BRANCH`.
 * @param isBranch whether a branch is known to be meant, so that a tag of that name makes no difference
 */
export function readRefName(name: string, { branches, tags, defaultBranch }: KnownRefs, isBranch = false): Named {
  if (isCommitHash(name)) return { kind: 'commit', commit: name.toLowerCase() };
  if (/^(@|HEAD|origin|(refs\/)?remotes\/origin(\/HEAD)?|origin\/HEAD)$/.test(name) && !branches.has(name) && !tags.has(name)) return { kind: 'head' };
  const both = branches.has(name) && tags.has(name);
  if (branches.has(name) && (isBranch || name === defaultBranch)) return { kind: 'branch', branch: name, ...(both && !isBranch ? { tagToo: true } : {}) };
  const [, kind, rest = ''] = /^(?:refs\/)?(heads|tags|remotes\/origin)\/(.+)$/.exec(name) ?? [];
  if (kind === 'tags' && tags.has(rest)) return { kind: 'tag', tag: rest };
  if (kind !== undefined && kind !== 'tags' && branches.has(rest)) return { kind: 'branch', branch: rest };
  if (tags.has(name)) return { kind: 'tag', tag: name, ...(both ? { branchToo: true } : {}) };
  if (branches.has(name)) return { kind: 'branch', branch: name };
  const ofOrigin = name.replace(/^origin\//, '');
  if (branches.has(ofOrigin)) return { kind: 'branch', branch: ofOrigin };
  if (/^refs\/(?!heads\/|tags\/|remotes\/)[^\s~^:?*[\\]+$/.test(name)) return { kind: 'ref', ref: name };
  return { kind: 'revision', revision: name };
}

/** Whether a text is the whole hash of a commit, SHA-1 or SHA-256. */
export const isCommitHash = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text);
