import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { gitFor } from '../../git/command.ts';
import { gitFailure } from '../../git/words.ts';
import { withoutCredentials, withoutSecrets } from '../../system/secrets.ts';
import type { LockedCommit, SourceRequest } from '../request.ts';
import { type CheckedOut, checkOutNamed, checkOutTag } from './check-out.ts';
import { type Clone, checkOutCommit, someNames } from './clone.ts';
import { clonedRefs, readHead } from './cloned-refs.ts';

/** A repository, and which commit of it. */
export interface GitRequest extends Pick<SourceRequest, 'committish' | 'isBranch' | 'version' | 'locked'> {
  readonly url: string;
}

/**
 * Clones a repository with the system's git, so that its credentials, keys and proxies are used, and brings its submodules; `.git` is kept.
 * @param tree a path that does not exist yet
 * @throws UserError with git's own words
 */
export async function cloneRepository(request: GitRequest, tree: string): Promise<CheckedOut> {
  const { url, committish, version, locked } = request;
  const git = gitFor(dirname(tree), url);
  const clone: Clone = { git, tree, url, shown: withoutSecrets(url) };
  const asItStands = committish === undefined && version === undefined && locked === undefined;
  // A secret stands in no argv and no .git/config.
  // Nothing is taken from the clone that is installed, though it may have most of it: its plugin can write there, and git believes a pack's ids.
  const cloned = await git('clone', '--quiet', ...(asItStands ? [] : ['--no-checkout']), '--', withoutCredentials(url), tree);
  if (cloned.status !== 0) throw gitFailure(`Cannot clone ${clone.shown}`, url, cloned);
  const checkedOut = await standAt(clone, request);
  if (existsSync(join(tree, '.gitmodules'))) await (await import('./submodules.ts')).bringSubmodules(clone);
  const lfs = existsSync(join(tree, '.gitattributes')) ? await (await import('./lfs-pointers.ts')).lfsNote(clone) : undefined;
  return lfs === undefined ? checkedOut : { ...checkedOut, notes: [...(checkedOut.notes ?? []), lfs] };
}

async function standAt(clone: Clone, { committish, isBranch, version, locked }: GitRequest): Promise<CheckedOut> {
  if (locked) return checkOutLocked(clone, locked);
  if (version !== undefined) return { ...(await checkOutTag(clone, await tagWithin(clone, version))), exact: false };
  if (committish !== undefined) return checkOutNamed(clone, committish, isBranch === true);
  const head = await readHead(clone.git, clone.tree);
  if (head.commit !== undefined) return { commit: head.commit, exact: false };
  const { branches } = await clonedRefs(clone.git, clone.tree);
  if (branches.size === 0) throw new UserError('no-commits', `${clone.shown} has no commits`, { hint: 'push one first' });
  throw new UserError('no-commits', `${clone.shown} has no default branch: its HEAD names "${head.branch}", which it does not have`, {
    hint: `choose one of its branches with --committish: ${await someNames(clone, 'branches')}`,
  });
}

/**
 * The very commit of a lock, whatever its names lead to by now.
 * @throws UserError when the commit cannot be had any more
 */
async function checkOutLocked(clone: Clone, { commit, tag, exact }: LockedCommit): Promise<CheckedOut> {
  const now = tag === undefined ? commit : ((await clonedRefs(clone.git, clone.tree)).tags.get(tag) ?? commit);
  const moved = now === commit ? undefined : `The tag ${tag} of ${clone.shown} was moved from ${commit.slice(0, 12)} to ${now.slice(0, 12)}`;
  if (!(await checkOutCommit(clone, commit))) {
    throw new UserError('source-gone', `${clone.shown} does not have the commit ${commit} any more${moved ? `. ${moved}` : ''}`, {
      hint: 'copy the plugin from a machine that has it, or update it there and lock again',
    });
  }
  return { commit, exact, ...(tag === undefined ? {} : { tag }), ...(moved ? { moved } : {}) };
}

async function tagWithin(clone: Clone, range: string): Promise<string> {
  const { bestTag } = await import('./best-tag.ts');
  const best = bestTag([...(await clonedRefs(clone.git, clone.tree)).tags.keys()], range);
  if (best !== undefined) return best;
  throw new UserError('no-such-version', `${clone.shown} has no tag within ${range}`, { hint: `its tags: ${await someNames(clone, 'tags')}` });
}
