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
  if (isHeadName(name) && !branches.has(name) && !tags.has(name)) return { kind: 'head' };
  const both = branches.has(name) && tags.has(name);
  if (branches.has(name) && (isBranch || name === defaultBranch)) return { kind: 'branch', branch: name, ...(both && !isBranch ? { tagToo: true } : {}) };
  const { of, rest } = splitRefName(name);
  if (of === 'tags' && tags.has(rest)) return { kind: 'tag', tag: rest };
  if ((of === 'heads' || of === 'remotes/origin') && branches.has(rest)) return { kind: 'branch', branch: rest };
  if (tags.has(name)) return { kind: 'tag', tag: name, ...(both ? { branchToo: true } : {}) };
  if (branches.has(name)) return { kind: 'branch', branch: name };
  if (of === 'origin' && branches.has(rest)) return { kind: 'branch', branch: rest };
  if (/^refs\/(?!heads\/|tags\/|remotes\/)[^\s~^:?*[\\]+$/.test(name)) return { kind: 'ref', ref: name };
  return { kind: 'revision', revision: name };
}

/** Whether a name is that of what a repository itself stands at, unless a branch or a tag is called so. */
export const isHeadName = (name: string): boolean => /^(@|HEAD|origin|(refs\/)?remotes\/origin(\/HEAD)?|origin\/HEAD)$/.test(name);

/** A branch's or a tag's name by itself, and the folder of names that is written in front of it; the name as it is where there is none. */
export function splitRefName(name: string): { readonly of: 'heads' | 'tags' | 'remotes/origin' | 'origin' | undefined; readonly rest: string } {
  const [, of, rest = name] = /^(?:refs\/(?=heads|tags|remotes))?(heads|tags|remotes\/origin|origin)\/(.+)$/.exec(name) ?? [];
  return { of: of as 'heads' | 'tags' | 'remotes/origin' | 'origin' | undefined, rest };
}

/** Whether a text is the whole hash of a commit, SHA-1 or SHA-256. */
export const isCommitHash = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text);
