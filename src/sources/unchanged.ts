import { classify } from './classify.ts';
import { type RemoteRefs, remoteRefs } from './remote-refs.ts';
import type { SourceRequest } from './source.ts';

/**
 * Asks a repository whether a commit is what a clone would bring now. Only a certain yes counts: names that are read in more than one way are left
 * to the clone.
 * @param scratch a directory for git's own files
 * @throws UserError REFUSED with git's own words when it does not answer
 */
export async function isUnchanged(request: SourceRequest, commit: string, scratch: string): Promise<boolean> {
  // An address from a receipt or a clone is held to the same rules as one that is typed.
  if (classify(request).kind !== 'git' || request.locked !== undefined) return false;
  return (await commitNamed(request, await remoteRefs(request.source, scratch))) === commit;
}

/** The commit that a clone would stand at, where it is beyond doubt. */
async function commitNamed({ committish, version }: SourceRequest, { head, branches, tags }: RemoteRefs): Promise<string | undefined> {
  if (version !== undefined) {
    const { bestTag } = await import('./best-tag.ts');
    return tags.get(bestTag([...tags.keys()], version) ?? '');
  }
  if (committish === undefined) return head;
  const [tag, branch] = [tags.get(committish), branches.get(committish)];
  if (tag !== undefined && branch !== undefined) return undefined;
  return tag ?? branch ?? (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(committish) ? committish : undefined);
}
