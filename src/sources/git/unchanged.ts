import { classify } from '../classify.ts';
import type { SourceRequest } from '../source.ts';
import { readRefName } from './ref-name.ts';
import { type RemoteRefs, remoteRefs } from './remote-refs.ts';

/**
 * Asks a repository whether a commit is what a clone would bring now. Only a certain yes counts: what git computes from names is left to the
 * clone.
 * @param scratch a directory for git's own files
 * @throws UserError REFUSED with git's own words when it does not answer
 */
export async function isUnchanged(request: SourceRequest, commit: string, scratch: string): Promise<boolean> {
  // An address from a receipt or a clone is held to the same rules as one that is typed.
  if (classify(request).kind !== 'git' || request.locked !== undefined) return false;
  return (await commitNamed(request, await remoteRefs(request.source, scratch))) === commit;
}

/** The commit that a clone would stand at, where it is beyond doubt. */
async function commitNamed({ committish, isBranch, version }: SourceRequest, refs: RemoteRefs): Promise<string | undefined> {
  const { head, branches, tags } = refs;
  if (version !== undefined) {
    const { bestTag } = await import('./best-tag.ts');
    return tags.get(bestTag([...tags.keys()], version) ?? '');
  }
  if (committish === undefined) return head;
  const named = readRefName(committish, refs, isBranch);
  switch (named.kind) {
    case 'head':
      return head;
    case 'branch':
      return branches.get(named.branch);
    case 'tag':
      return tags.get(named.tag);
    case 'commit':
      return named.commit;
    default:
      return undefined;
  }
}
