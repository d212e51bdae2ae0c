import { isBoolean, isObject, isOneOf, isOptional, isText, type Shape } from '../../system/own-json.ts';
import { withoutSecrets } from '../../system/secrets.ts';
import type { SomeSource } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { isHeadName, splitRefName } from './ref-name.ts';

export interface GitSource {
  readonly kind: 'git';
  readonly url: string;
  readonly committish?: string;
  /** A semver range over the tags. */
  readonly version?: string;
  /** The tag that was asked for, or that the range chose. */
  readonly tag?: string;
  readonly commit: string;
  /** At a tag or a commit that was named rather than on a branch or within a range: a plain update leaves it there. Receipts call it `pinned`. */
  readonly exact: boolean;
}

/** For what is about git alone, as its `.git` is. */
export const isGit = (source: SomeSource): source is GitSource => source.kind === 'git';

type Kept = Omit<GitSource, 'exact'> & { readonly pinned: boolean };

const isKept = isObject<Kept>({
  kind: isOneOf('git'),
  url: isText,
  committish: isOptional(isText) as Shape<string>,
  version: isOptional(isText) as Shape<string>,
  tag: isOptional(isText) as Shape<string>,
  commit: isText,
  pinned: isBoolean,
});

export function readGit(kept: object): GitSource | undefined {
  if (!isKept(kept)) return undefined;
  const { pinned, ...source } = kept;
  return { ...source, exact: pinned };
}

export function writeGit({ exact, ...source }: GitSource): Kept {
  return { ...source, pinned: exact };
}

/** The words of a request, as a source keeps them. */
export const wordsOf = ({ committish, version }: SourceRequest): Pick<GitSource, 'committish' | 'version'> => ({
  ...(committish ? { committish } : {}),
  ...(version ? { version } : {}),
});

/** What updates follow, or a tag or a commit that it is held at. */
export function gitFollows({ version, exact, tag, commit, committish }: GitSource): string {
  if (version !== undefined) return `range ${version}`;
  if (exact) return tag === undefined ? `commit ${commit.slice(0, 12)}` : `tag ${tag}`;
  if (committish === undefined || isHeadName(committish)) return 'default branch';
  const { of, rest } = splitRefName(committish);
  return `branch ${of === 'tags' ? committish : rest}`;
}

export const isGitExact = ({ exact, version }: GitSource): boolean => exact && version === undefined;

/** Of a clone that somebody put there, by what git knows of it. */
export const sourceOfClone = ({ url, commit, branch }: { readonly url: string; readonly commit: string; readonly branch: string }): GitSource => ({
  kind: 'git',
  url,
  commit,
  exact: branch === '',
  ...(branch ? { committish: branch } : {}),
});

export const meetsGit = (source: GitSource, { source: address, committish, version }: SourceRequest): boolean =>
  source.url === withoutSecrets(address) && source.committish === committish && source.version === version;
