import { UserError } from '../../errors.ts';
import { gitFailure } from '../../git/words.ts';
import { type Clone, checkOutCommit, checkOutDetached, fetchName, someNames } from './clone.ts';
import { clonedRefs, readHead } from './cloned-refs.ts';
import { readRefName } from './ref-name.ts';

/** What a clone stands at. */
export interface CheckedOut {
  readonly commit: string;
  /** By tag or commit rather than by branch. */
  readonly exact: boolean;
  /** The tag that was asked for, or that a range chose. */
  readonly tag?: string;
  /** What to say of a tag that names another commit than the locked one. */
  readonly moved?: string;
  /** What to say of it, as of a name that is read in more than one way. */
  readonly notes?: readonly string[];
}

/**
 * Checks out what somebody named; a branch is followed, everything else is a pin.
 * @throws UserError for a name that the repository does not have
 */
export async function checkOutNamed(clone: Clone, committish: string, isBranch: boolean): Promise<CheckedOut> {
  const named = readRefName(committish, await clonedRefs(clone.git, clone.tree), isBranch);
  switch (named.kind) {
    case 'branch':
      return {
        ...(await checkOutBranch(clone, named.branch)),
        ...(named.tagToo
          ? { notes: [`${committish} is a branch and a tag of ${clone.shown}: the branch is followed; refs/tags/${committish} names the tag`] }
          : {}),
      };
    case 'tag':
      return {
        ...(await checkOutTag(clone, named.tag)),
        ...(named.branchToo
          ? { notes: [`${committish} is a tag and a branch of ${clone.shown}: the tag is taken; refs/heads/${committish} names the branch`] }
          : {}),
      };
    case 'head': {
      const { branch, commit } = await readHead(clone.git, clone.tree);
      if (branch !== undefined && commit !== undefined) return checkOutBranch(clone, branch);
      if (commit !== undefined && (await checkOutDetached(clone, commit))) return { commit, exact: false };
      break;
    }
    case 'commit':
      if (await checkOutCommit(clone, named.commit)) return standing(clone);
      break;
    case 'ref':
      if ((await fetchName(clone, named.ref)) && (await checkOutDetached(clone, 'FETCH_HEAD'))) return standing(clone);
      break;
    case 'revision':
      // `dev~1`, where the clone has no branch dev of its own.
      if ((await checkOutDetached(clone, named.revision)) || (await checkOutDetached(clone, `refs/remotes/origin/${named.revision}`))) return standing(clone);
      break;
    default:
      named satisfies never;
  }
  throw new UserError('no-such-version', `${clone.shown} has no branch, tag or commit "${committish}"`, {
    hint: `its tags: ${await someNames(clone, 'tags')}; its branches: ${await someNames(clone, 'branches')}`,
  });
}

/** Checks out a tag that is there. */
export async function checkOutTag(clone: Clone, tag: string): Promise<CheckedOut> {
  await checkOutDetached(clone, `refs/tags/${tag}`);
  return { ...(await standing(clone)), tag };
}

async function checkOutBranch(clone: Clone, branch: string): Promise<CheckedOut> {
  const { git, tree, url, shown } = clone;
  const done = await git('-C', tree, 'checkout', '--quiet', '--track', '-B', branch, `refs/remotes/origin/${branch}`, '--');
  if (done.status !== 0) throw gitFailure(`Cannot check out ${branch} of ${shown}`, url, done);
  return { ...(await standing(clone)), exact: false };
}

async function standing({ git, tree }: Clone): Promise<CheckedOut> {
  const { commit = '' } = await readHead(git, tree);
  return { commit, exact: true };
}
