import { withoutSecrets } from '../../system/secrets.ts';
import type { Brought, StageWorld } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { cloneRepository } from './clone-repository.ts';
import { branchOf } from './facts.ts';
import { type GitSource, wordsOf } from './source.ts';

/** Clones a repository into a tree. */
export async function stageRepository(request: SourceRequest, url: string, { tree, trust }: Pick<StageWorld, 'tree' | 'trust'>): Promise<Brought<GitSource>> {
  const { committish, isBranch, version, locked } = request;
  const { moved, notes, ...standing } = await cloneRepository({ url, committish, isBranch, version, locked }, tree);
  const { commit, tag } = standing;
  const isLookedAt = trust !== undefined && trust.looks() !== 'nowhere';
  const signature = isLookedAt ? await (await import('../../provenance/git-signature.ts')).gitSignature({ clone: tree, commit, tag }, trust.keys()) : undefined;
  return {
    source: { kind: 'git', url: withoutSecrets(url), ...wordsOf(request), ...standing },
    moved,
    notes: notes ?? [],
    branch: branchOf(tree),
    signature,
  };
}
