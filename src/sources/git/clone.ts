import type { Git } from '../../git/command.ts';
import { gitFailure, gitWords } from '../../git/words.ts';
import { withoutCredentials } from '../../system/secrets.ts';

/** A repository that was cloned, and how it is spoken of. */
export interface Clone {
  readonly git: Git;
  readonly tree: string;
  /** With its secrets, which go nowhere but to git. */
  readonly url: string;
  /** For messages. */
  readonly shown: string;
}

/** Some names of a repository for a message: tags with the newest first, or branches. */
export async function someNames({ git, tree }: Clone, what: 'tags' | 'branches'): Promise<string> {
  const words = what === 'tags' ? ['--format=%(refname:lstrip=2)', 'refs/tags'] : ['--format=%(refname:lstrip=3)', 'refs/remotes/origin'];
  const { stdout } = await git('-C', tree, 'for-each-ref', '--sort=-creatordate', ...words);
  const names = stdout.split('\n').filter((name) => name !== '' && name !== 'HEAD');
  return names.length === 0 ? 'none' : names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
}

/**
 * Checks out what git reads as a commit.
 * @returns false when there is no such commit
 * @throws UserError when it is there, and cannot be written out
 */
export async function checkOutDetached({ git, tree, url, shown }: Clone, revision: string): Promise<boolean> {
  const done = await git('-C', tree, 'checkout', '--quiet', '--detach', revision, '--');
  if (done.status === 0) return true;
  const known = await git('-C', tree, 'rev-parse', '--quiet', '--verify', `${revision}^{commit}`);
  if (known.status === 0) throw gitFailure(`Cannot check out ${revision} of ${shown}`, url, done);
  return false;
}

/**
 * Checks out a commit by its whole hash; one that no branch or tag leads to is still given out by many servers to who asks for it by name.
 * @returns false when the repository does not have it
 */
export async function checkOutCommit(clone: Clone, commit: string): Promise<boolean> {
  return (await checkOutDetached(clone, commit)) || ((await fetchName(clone, commit)) && (await checkOutDetached(clone, commit)));
}

/**
 * Fetches a ref or a commit that cloning did not bring.
 * @returns false when the repository does not have it
 * @throws UserError when it cannot be asked
 */
export async function fetchName({ git, tree, url, shown }: Clone, name: string): Promise<boolean> {
  const fetched = await git('-C', tree, 'fetch', '--quiet', '--no-tags', '--', withoutCredentials(url), name);
  if (fetched.status === 0) return true;
  if (/not our ref|unadvertised object|couldn't find remote ref|did not send all necessary objects/i.test(gitWords(fetched.stderr))) return false;
  throw gitFailure(`Cannot fetch ${name} from ${shown}`, url, fetched);
}
