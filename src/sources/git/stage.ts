import { withoutSecrets } from '../../system/secrets.ts';
import type { Brought, StageWorld } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { cloneRepository } from './clone-repository.ts';
import { branchOf } from './facts.ts';
import { type GitSource, wordsOf } from './source.ts';

/** Clones a repository into a tree. */
export async function stageRepository(request: SourceRequest, url: string, { tree }: Pick<StageWorld, 'tree'>): Promise<Brought<GitSource>> {
  const { committish, isBranch, version, locked } = request;
  const { moved, notes, ...standing } = await cloneRepository({ url, committish, isBranch, version, locked }, tree);
  return { source: { kind: 'git', url: withoutSecrets(url), ...wordsOf(request), ...standing }, moved, notes: notes ?? [], branch: branchOf(tree) };
}
