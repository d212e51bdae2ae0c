import { withoutSecrets } from '../../system/secrets.ts';
import type { CompareWorld, Comparison } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { bestTag } from './best-tag.ts';
import { readRefName } from './ref-name.ts';
import { type RemoteRefs, remoteRefs } from './remote-refs.ts';
import { type GitSource, gitFollows } from './source.ts';

/**
 * Asks a repository what it holds now.
 * @throws UserError with git's own words when it does not answer
 */
export async function compareRepository(source: GitSource, { address, scratch, isHeld }: CompareWorld): Promise<Comparison> {
  const refs = await remoteRefs(address, scratch);
  const { commit } = source;
  const latest = bestTag([...refs.tags.keys()], '*') ?? '';
  const wanted = wantedOf(source, refs);
  if (wanted === undefined) return { commit, latest, state: 'unknown', problem: `${withoutSecrets(source.url)} has no ${gitFollows(source)} any more` };
  const behind = wanted.commit !== commit || (isHeld && latest !== '' && latest !== source.tag && refs.tags.get(latest) !== commit);
  return { commit, wanted: wanted.name, latest, state: behind ? 'outdated' : 'current' };
}

/** What an update would bring; undefined when what is followed is gone. */
function wantedOf({ version, committish, exact, commit, tag }: GitSource, refs: RemoteRefs): { name: string; commit: string } | undefined {
  if (exact && version === undefined) return { name: tag ?? commit.slice(0, 12), commit };
  const named = commitNamed({ version, committish, isBranch: true }, refs);
  if (named === undefined || (version === undefined && named.tag !== undefined)) return undefined;
  return { name: named.tag ?? named.commit.slice(0, 12), commit: named.commit };
}

/**
 * Asks a repository whether the commit that stands is what a clone would bring now. Only a certain yes counts: what git computes from names is left
 * to the clone.
 * @param scratch a directory for git's own files
 * @throws UserError with git's own words when it does not answer
 */
export async function isUnchanged({ commit }: GitSource, request: SourceRequest, scratch: string): Promise<boolean> {
  if (request.locked !== undefined) return false;
  return commitNamed(request, await remoteRefs(request.source, scratch))?.commit === commit;
}

/** The commit that a clone would stand at, where it is beyond doubt, and the tag that leads to it where it is one. */
function commitNamed(
  { committish, isBranch, version }: Pick<SourceRequest, 'committish' | 'isBranch' | 'version'>,
  refs: RemoteRefs,
): { readonly commit: string; readonly tag?: string } | undefined {
  const { head, branches, tags } = refs;
  const found = (commit: string | undefined, tag?: string) => (commit ? { commit, ...(tag === undefined ? {} : { tag }) } : undefined);
  if (version !== undefined) {
    const best = bestTag([...tags.keys()], version) ?? '';
    return found(tags.get(best), best);
  }
  if (committish === undefined) return found(head);
  const named = readRefName(committish, refs, isBranch);
  switch (named.kind) {
    case 'head':
      return found(head);
    case 'branch':
      return found(branches.get(named.branch));
    case 'tag':
      return found(tags.get(named.tag), named.tag);
    case 'commit':
      return found(named.commit);
    default:
      return undefined;
  }
}
