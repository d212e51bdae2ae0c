import { realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { treeHash } from '../system/tree-hash.ts';
import { classify } from './classify.ts';
import { copyDirectory } from './directory.ts';
import type { SourceRequest, Staged } from './source.ts';

/**
 * Brings a plugin's tree into a staging directory, whatever it comes from.
 * @param reference a clone of the same repository, if there is one
 * @throws UserError when it cannot be had
 */
export async function stage(request: SourceRequest, staging: string, reference?: string): Promise<Staged> {
  const classified = classify(request);
  const tree = join(staging, 'tree');
  if (classified.kind === 'directory') {
    if (request.link) {
      const path = realpathSync(classified.path);
      symlinkSync(path, tree);
      return { tree, source: { kind: 'link', path }, hash: '' };
    }
    await copyDirectory(classified.path, tree);
    return { tree, source: { kind: 'directory', path: classified.path }, hash: treeHash(tree) };
  }
  const { cloneRepository, removeGitScratch } = await import('./git.ts');
  const { committish, version } = request;
  const { commit, pinned } = await cloneRepository({ url: classified.url, committish, version, reference }, tree);
  removeGitScratch(staging);
  return {
    tree,
    source: { kind: 'git', url: classified.url, ...(committish ? { committish } : {}), ...(version ? { version } : {}), commit, pinned },
    hash: treeHash(tree),
  };
}
