import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../errors.ts';
import { type Git, gitFor } from '../git/command.ts';
import { gitFailure } from '../git/words.ts';
import { temporaryBeside } from '../system/links.ts';
import { removeTree } from '../system/remove-tree.ts';
import type { CachePaths } from './cache-paths.ts';

/** The branch of our clone that stands where the repository's HEAD stood. */
const REF = 'refs/heads/index';
/** Each fetch leaves a pack; with more, reading slows down, and the clone is made anew. */
const MOST_PACKS = 30;

/** How much of an index in git is brought: its newest commit, or all that led there. */
export type Depth = 'newest' | 'whole';

/**
 * Brings the clone of an index to what its repository has, in place: git adds its packs before it moves the branch. One that git cannot fetch into,
 * as after a git that was killed, is made anew. The caller holds the lock.
 * @returns the commit
 * @throws UserError with git's own words
 */
export function fetchIndex(url: string, paths: CachePaths, depth: Depth): Promise<string> {
  return inScratch(url, paths, async (fetching) => {
    const commit = isUsable(paths.clone) ? await fetchOrClone(fetching, paths, depth) : await cloneAnew(fetching, paths, depth);
    // Who asks for the history of one file is answered ten times as fast. It does no harm where it fails.
    if (depth === 'whole') await fetching.git('-C', paths.clone, 'commit-graph', 'write', '--reachable', '--changed-paths', '--no-progress');
    return commit;
  });
}

async function fetchOrClone(fetching: Fetching, paths: CachePaths, depth: Depth): Promise<string> {
  try {
    return await fetchInto(paths.clone, depth, fetching);
  } catch (error) {
    // Where the repository itself answers, it was the clone.
    if ((await fetching.git('ls-remote', '--quiet', '--', fetching.address, 'HEAD')).status !== 0) throw error;
    return cloneAnew(fetching, paths, depth);
  }
}

/**
 * Makes the clone anew where something is wrong with what it holds.
 * @returns the commit; undefined where nothing is wrong
 */
export function mendIndex(url: string, paths: CachePaths, depth: Depth): Promise<string | undefined> {
  return inScratch(url, paths, async (fetching) => {
    const checked = await fetching.git('-C', paths.clone, 'fsck', '--no-dangling', '--no-progress');
    return checked.status === 0 ? undefined : cloneAnew(fetching, paths, depth);
  });
}

/**
 * Whether a commit is one of those that led to where an index in git stands. Commits alone are fetched, and not kept; a server that cannot leave out the rest
 * sends it all.
 */
export function historyHolds(url: string, paths: CachePaths, commit: string): Promise<boolean> {
  return inScratch(url, paths, async ({ git, address, scratch }) => {
    const clone = join(scratch, 'history.git');
    await git('init', '--bare', '--quiet', '--', clone);
    const fetched = await git('-C', clone, 'fetch', '--quiet', '--no-tags', '--filter=tree:0', '--', address, `+HEAD:${REF}`);
    return fetched.status === 0 && (await git('-C', clone, 'merge-base', '--is-ancestor', commit, REF)).status === 0;
  });
}

/** Puts the branch back to the commit that counts, where a fetch has brought one that does not; nothing where that is gone. */
export const standAt = (url: string, paths: CachePaths, commit: string): Promise<void> =>
  inScratch(url, paths, async ({ git }) => void (await git('-C', paths.clone, 'update-ref', REF, commit)));

/** Whether the clone has all that led to its commit. */
export const hasHistory = (clone: string): boolean => existsSync(join(clone, 'HEAD')) && !existsSync(join(clone, 'shallow'));

/** What git fetches with, and from where. */
interface Fetching {
  readonly git: Git;
  /** For messages. */
  readonly url: string;
  /** For git: a path is no server that could give a part, so it is made an address. */
  readonly address: string;
  readonly scratch: string;
}

async function inScratch<T>(url: string, paths: CachePaths, action: (fetching: Fetching) => Promise<T>): Promise<T> {
  const scratch = temporaryBeside(paths.meta);
  try {
    mkdirSync(scratch, { recursive: true });
    const address = isAbsolute(url) ? pathToFileURL(url).href : url;
    return await action({ git: gitFor(scratch, url, stallsEnd(process.env)), url, address, scratch });
  } finally {
    removeTree(scratch);
  }
}

/** Who sends nothing for half a minute sends nothing any more. A caller's own limits stay. */
const stallsEnd = ({ GIT_HTTP_LOW_SPEED_LIMIT: limit, GIT_HTTP_LOW_SPEED_TIME: time }: Readonly<Record<string, string | undefined>>) =>
  limit === undefined && time === undefined ? { GIT_HTTP_LOW_SPEED_LIMIT: '1', GIT_HTTP_LOW_SPEED_TIME: '30' } : {};

function isUsable(clone: string): boolean {
  try {
    return readdirSync(join(clone, 'objects/pack')).filter((name) => name.endsWith('.pack')).length <= MOST_PACKS;
  } catch {
    return false;
  }
}

async function cloneAnew(fetching: Fetching, paths: CachePaths, depth: Depth): Promise<string> {
  const { git, url, scratch } = fetching;
  const fresh = join(scratch, 'clone.git');
  const made = await git('init', '--bare', '--quiet', '--', fresh);
  if (made.status !== 0) throw gitFailure(`Cannot make a clone of ${url}`, url, made);
  await git('-C', fresh, 'symbolic-ref', 'HEAD', REF);
  const commit = await fetchInto(fresh, depth, fetching);
  removeTree(paths.clone);
  renameSync(fresh, paths.clone);
  return commit;
}

/** @returns the commit that the branch stands at */
async function fetchInto(clone: string, depth: Depth, { git, url, address }: Fetching): Promise<string> {
  const fetch = (...flags: string[]) => git('-C', clone, 'fetch', '--quiet', '--no-tags', ...flags, '--', address, `+HEAD:${REF}`);
  let fetched = await fetch(...depthFlags(clone, depth));
  // A server of mere files has no parts to give.
  if (fetched.status !== 0 && /dumb http transport does not support shallow/i.test(fetched.stderr)) fetched = await fetch();
  if (/couldn't find remote ref HEAD/i.test(fetched.stderr)) {
    throw new UserError('no-commits', `${url} has no commits, or no default branch`, { hint: 'push one first' });
  }
  if (fetched.status !== 0) throw gitFailure(`Cannot fetch ${url}`, url, fetched);
  const { status, stdout } = await git('-C', clone, 'rev-parse', '--verify', '--quiet', `${REF}^{commit}`);
  if (status !== 0) throw new UserError('git-failed', `The clone of ${url} is damaged`, { hint: 'try again' });
  return stdout.trim();
}

/** A clone that has the whole history keeps it. */
function depthFlags(clone: string, depth: Depth): string[] {
  const isEmpty = !existsSync(join(clone, REF)) && !existsSync(join(clone, 'packed-refs'));
  if (depth === 'newest') return isEmpty || !hasHistory(clone) ? ['--depth', '1'] : [];
  return isEmpty || hasHistory(clone) ? [] : ['--unshallow'];
}
