import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { ChildResult } from '../system/child.ts';
import { withoutCredentials, withoutSecrets } from '../system/secrets.ts';
import { type Git, gitFor, ownWords } from './git-command.ts';
import type { LockedCommit } from './source.ts';

export interface GitRequest {
  readonly url: string;
  readonly committish?: string | undefined;
  readonly version?: string | undefined;
  readonly locked?: LockedCommit | undefined;
}

/** What a clone stands at. */
interface CheckedOut {
  readonly commit: string;
  /** By tag or commit rather than by branch. */
  readonly pinned: boolean;
  /** The tag that was asked for, or that a range chose. */
  readonly tag?: string;
  /** What to say of a tag that names another commit than the locked one. */
  readonly moved?: string;
}

/**
 * Clones a repository with the system's git, so that its credentials, keys and proxies are used; `.git` is kept.
 * @param tree a path that does not exist yet
 * @throws UserError REFUSED with git's own words
 */
export async function cloneRepository(request: GitRequest, tree: string): Promise<CheckedOut> {
  const { url, committish, version, locked } = request;
  const git = gitFor(dirname(tree), url);
  const shown = withoutSecrets(url);
  // A secret stands in no argv and no .git/config. Without a template there are no sample hooks: a third of a small clone's time.
  // Nothing is taken from the clone that is installed, though it may have most of it: its plugin can write there, and git believes a pack's ids.
  const cloned = await git('clone', '--quiet', '--template=', '--', withoutCredentials(url), tree);
  if (cloned.status !== 0)
    throw new UserError('REFUSED', `Cannot clone ${shown}: ${withoutSecrets(ownWords(cloned.stderr))}`, {
      hint: 'check the address, and that you may read it',
    });
  if (locked) return checkOutLocked(git, tree, shown, locked);
  const tag = version === undefined ? undefined : await tagWithin(git, tree, shown, version);
  const wanted = tag ?? committish;
  if (wanted !== undefined) {
    const checkedOut = await checkOut(git, tree, wanted);
    if (checkedOut.status !== 0) {
      throw new UserError('REFUSED', `${shown} has no branch, tag or commit "${wanted}"`, {
        hint: `its tags: ${await some(git, tree, 'tag', '--list', '--sort=-creatordate')}; its branches: ${await some(git, tree, 'branch', '--remotes', '--format=%(refname:lstrip=3)')}`,
      });
    }
  }
  const { commit, pinned } = readHead(tree) ?? (await askHead(git, tree, shown));
  if (tag !== undefined) return { commit, pinned: false, tag };
  return pinned && wanted !== undefined && !commit.startsWith(wanted) ? { commit, pinned, ...tagNamed(tree, wanted) } : { commit, pinned };
}

const checkOut = (git: Git, tree: string, wanted: string): Promise<ChildResult> =>
  git('-C', tree, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', wanted, '--');

/**
 * The very commit of a lock, whatever its names lead to by now.
 * @throws UserError REFUSED when the commit cannot be had any more
 */
async function checkOutLocked(git: Git, tree: string, shown: string, { commit, tag, pinned }: LockedCommit): Promise<CheckedOut> {
  const named = tag === undefined ? undefined : await git('-C', tree, 'rev-parse', '--quiet', '--verify', `refs/tags/${tag}^{commit}`);
  const now = named?.status === 0 ? named.stdout.trim() : commit;
  const moved = now === commit ? undefined : `The tag ${tag} of ${shown} was moved from ${commit.slice(0, 12)} to ${now.slice(0, 12)}`;
  // A commit that no branch or tag leads to any more is still given out by many servers to who asks for it by name.
  const done =
    (await checkOut(git, tree, commit)).status === 0 ||
    ((await git('-C', tree, 'fetch', '--quiet', 'origin', commit)).status === 0 && (await checkOut(git, tree, commit)).status === 0);
  if (!done || (readHead(tree) ?? (await askHead(git, tree, shown))).commit !== commit) {
    throw new UserError('REFUSED', `${shown} does not have the commit ${commit} any more${moved ? `. ${moved}` : ''}`, {
      hint: 'copy the plugin from a machine that has it, or update it there and lock again',
    });
  }
  return { commit, pinned, ...(tag === undefined ? {} : { tag }), ...(moved ? { moved } : {}) };
}

/** The tag that a committish is, where it is one: `v1`, `tags/v1`, `refs/tags/v1`. */
function tagNamed(tree: string, committish: string): { tag?: string } {
  const tag = committish.replace(/^(refs\/)?tags\//, '');
  try {
    const packed = readFileSync(join(tree, '.git/packed-refs'), 'utf8');
    return packed.split('\n').some((line) => line.endsWith(` refs/tags/${tag}`)) ? { tag } : {};
  } catch {
    return existsSync(join(tree, '.git/refs/tags', tag)) ? { tag } : {};
  }
}

/** Packed or kept otherwise: one question for both answers, the commit, and the branch's full name or HEAD. */
async function askHead(git: Git, tree: string, shown: string): Promise<CheckedOut> {
  const head = await git('-C', tree, 'rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD');
  if (head.status !== 0) throw new UserError('REFUSED', `${shown} has no commits`, { hint: 'push one first' });
  const [commit = '', ref] = head.stdout.trim().split('\n');
  return { commit, pinned: ref === 'HEAD' };
}

/** What a fresh clone's HEAD says, where files say it: a start of git saved. */
function readHead(tree: string): { commit: string; pinned: boolean } | undefined {
  const read = (name: string): string => readFileSync(join(tree, '.git', name), 'utf8').trim();
  const isCommit = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
  try {
    const head = read('HEAD');
    if (isCommit(head)) return { commit: head, pinned: true };
    const commit = /^ref: refs\/heads\/[^/.][^.]*$/.test(head) ? read(head.slice('ref: '.length)) : '';
    return isCommit(commit) ? { commit, pinned: false } : undefined;
  } catch {
    return undefined;
  }
}

async function tagWithin(git: Git, tree: string, shown: string, range: string): Promise<string> {
  const { bestTag } = await import('./best-tag.ts');
  const { stdout } = await git('-C', tree, 'tag', '--list');
  const best = bestTag(stdout.split('\n'), range);
  if (best !== undefined) return best;
  throw new UserError('REFUSED', `${shown} has no tag within ${range}`, { hint: `its tags: ${await some(git, tree, 'tag', '--list', '--sort=-creatordate')}` });
}

async function some(git: Git, tree: string, ...words: string[]): Promise<string> {
  const names = (await git('-C', tree, ...words)).stdout.split('\n').filter((name) => name !== '' && name !== 'HEAD');
  return names.length === 0 ? 'none' : names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
}
