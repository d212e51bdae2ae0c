import { realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { withoutSecrets } from '../system/secrets.ts';
import { treeHash } from '../system/tree-hash.ts';
import type { ArchiveLimits } from './archive-policy.ts';
import { classify } from './classify.ts';
import type { DownloadTold } from './fetch-archive.ts';
import type { SourceRequest, Staged } from './source.ts';

export interface StageOptions {
  /** A clone of the same repository, if there is one. */
  readonly reference?: string | undefined;
  readonly limits: ArchiveLimits;
  readonly told: DownloadTold;
}

/**
 * Brings a plugin's tree into a staging directory, whatever it comes from.
 * @throws UserError when it cannot be had
 */
export async function stage(request: SourceRequest, staging: string, { reference, limits, told }: StageOptions): Promise<Staged> {
  const classified = classify(request);
  const tree = join(staging, 'tree');
  if (classified.kind === 'directory') {
    if (request.link) {
      const path = realpathSync(classified.path);
      symlinkSync(path, tree);
      return { tree, source: { kind: 'link', path }, hash: '' };
    }
    const { copyDirectory } = await import('./directory.ts');
    await copyDirectory(classified.path, tree);
    return { tree, source: { kind: 'directory', path: classified.path }, hash: treeHash(tree) };
  }
  if (classified.kind === 'archive') {
    const { fetchArchive } = await import('./fetch-archive.ts');
    const { url, sha256 } = await fetchArchive(classified.address, tree, { checksum: request.checksum, limits, told, scratch: staging });
    return { tree, source: { kind: 'archive', url, sha256 }, hash: treeHash(tree) };
  }
  const { cloneRepository, removeGitScratch } = await import('./git.ts');
  const { committish, version } = request;
  const { commit, pinned } = await cloneRepository({ url: classified.url, committish, version, reference }, tree);
  removeGitScratch(staging);
  return {
    tree,
    source: { kind: 'git', url: withoutSecrets(classified.url), ...(committish ? { committish } : {}), ...(version ? { version } : {}), commit, pinned },
    hash: treeHash(tree),
  };
}
