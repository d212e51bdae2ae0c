import { realpathSync, statfsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { DEPTH_HINT } from '../plugins/depth-limit.ts';
import { withoutSecrets } from '../system/secrets.ts';
import type { FetchListener } from './archive/fetch-archive.ts';
import type { ArchiveLimits } from './archive/policy.ts';
import { classify } from './classify.ts';
import { branchOf } from './git/facts.ts';
import type { SourceRequest, Staged } from './source.ts';

export interface StageOptions {
  readonly limits: ArchiveLimits;
  readonly listener: FetchListener;
}

/**
 * Brings a plugin's tree into a staging directory, whatever it comes from.
 * @throws UserError when it cannot be had
 */
export async function stage(request: SourceRequest, staging: string, options: StageOptions): Promise<Staged> {
  const tree = join(staging, 'tree');
  const notes: string[] = [];
  const { source, moved, branch, folder } = await bring(request, tree, staging, options, notes)
    .finally(() => options.listener.onEnd?.())
    .catch((error: unknown) => {
      throw isFull(staging) ? becauseOfTheDisk(error) : error;
    });
  for (const note of notes) options.listener.onNote?.(note);
  if (source.kind === 'link') return { tree, source, hash: '', entries: [] };
  const { readTree, treeHash } = await import('../system/tree-hash.ts');
  const refuse = (what: string): never => {
    throw new UserError('REFUSED', `${withoutSecrets(request.source)} is refused: ${what}`, { hint: DEPTH_HINT });
  };
  const entries = readTree(tree, { depth: options.limits.depth, refuse });
  return { tree, source, hash: treeHash(entries), entries, moved, branch, folder };
}

/** Less than this, and nothing of use can be written. */
const FULL_BYTES = 64 << 10;

function isFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < FULL_BYTES;
}

/** git says that it cannot write a file, and not why. */
const becauseOfTheDisk = (error: unknown): unknown =>
  isUserError(error) ? new UserError(error.code, error.message, { hint: 'the disk is full; free some space', status: error.status, cause: error }) : error;

async function bring(
  request: SourceRequest,
  tree: string,
  staging: string,
  { limits, listener }: StageOptions,
  notes: string[],
): Promise<Pick<Staged, 'source' | 'moved' | 'branch' | 'folder'>> {
  const classified = classify(request);
  if (classified.kind === 'directory') {
    if (request.link) {
      const path = realpathSync(classified.path);
      symlinkSync(path, tree);
      return { source: { kind: 'link', path } };
    }
    const { copyDirectory } = await import('./directory/copy.ts');
    copyDirectory(classified.path, tree, limits.depth);
    return { source: { kind: 'directory', path: classified.path } };
  }
  if (classified.kind === 'archive') {
    const { fetchArchive } = await import('./archive/fetch-archive.ts');
    const { folder, ...fetched } = await fetchArchive(classified.address, tree, { checksum: request.checksum, limits, listener, scratch: staging });
    return { source: { kind: 'archive', ...fetched }, folder };
  }
  const { cloneRepository } = await import('./git/clone-repository.ts');
  const { committish, isBranch, version, locked } = request;
  const { moved, notes: said = [], ...checkedOut } = await cloneRepository({ url: classified.url, committish, isBranch, version, locked }, tree);
  notes.push(...said);
  const url = withoutSecrets(classified.url);
  return { source: { kind: 'git', url, ...(committish ? { committish } : {}), ...(version ? { version } : {}), ...checkedOut }, moved, branch: branchOf(tree) };
}
