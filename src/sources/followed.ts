import type { Source } from './source.ts';

/** What updates of a plugin follow, in the words of every command: a branch or a range; a tag or a commit that it is held at; or what it comes from. */
export function followed(source: Source): string {
  if (source.kind !== 'git') return source.kind;
  const { version, pinned, tag, commit, committish } = source;
  if (version !== undefined) return `range ${version}`;
  if (pinned) return tag === undefined ? `commit ${commit.slice(0, 12)}` : `tag ${tag}`;
  const branch = committish?.replace(/^((refs\/)?heads|((refs\/)?remotes\/)?origin)\//, '');
  return branch === undefined || /^(HEAD|@)$/.test(branch) ? 'default branch' : `branch ${branch}`;
}

/** Whether a plugin stands at a tag or a commit, where a plain update leaves it. */
export const isHeld = (source: Source): boolean => source.kind === 'git' && source.pinned && source.version === undefined;
