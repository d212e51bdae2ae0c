import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { maxSatisfying, validRange } from 'semver';
import { UserError } from '../errors.ts';
import { type ChildResult, runChild } from '../system/child.ts';
import { withoutSecrets } from '../system/secrets.ts';

export interface GitRequest {
  readonly url: string;
  readonly committish?: string | undefined;
  readonly version?: string | undefined;
  /** A clone whose objects may be used again. */
  readonly reference?: string | undefined;
}

/**
 * Clones a repository with the system's git, so that its credentials, keys and proxies are used; `.git` is kept.
 * @param tree a path that does not exist yet
 * @returns the commit that is checked out, and whether it is so by tag or commit rather than by branch
 * @throws UserError REFUSED with git's own last line
 */
export async function cloneRepository(request: GitRequest, tree: string): Promise<{ commit: string; pinned: boolean }> {
  const { url, committish, version, reference } = request;
  const git = gitFor(dirname(tree));
  const shown = withoutSecrets(url);
  const cloned = await git('clone', '--quiet', ...(reference ? ['--reference-if-able', reference, '--dissociate'] : []), '--', url, tree);
  if (cloned.status !== 0)
    throw new UserError('REFUSED', `Cannot clone ${shown}: ${withoutSecrets(lastLine(cloned.stderr))}`, {
      hint: 'check the address, and that you may read it',
    });
  const wanted = version === undefined ? committish : await tagWithin(git, tree, shown, version);
  if (wanted !== undefined) {
    const checkedOut = await git('-C', tree, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', wanted, '--');
    if (checkedOut.status !== 0) {
      throw new UserError('REFUSED', `${shown} has no branch, tag or commit "${wanted}"`, {
        hint: `its tags: ${await some(git, tree, 'tag', '--list', '--sort=-creatordate')}; its branches: ${await some(git, tree, 'branch', '--remotes', '--format=%(refname:lstrip=3)')}`,
      });
    }
  }
  const head = await git('-C', tree, 'rev-parse', '--verify', 'HEAD');
  if (head.status !== 0) throw new UserError('REFUSED', `${shown} has no commits`, { hint: 'push one first' });
  const branch = await git('-C', tree, 'symbolic-ref', '--quiet', 'HEAD');
  return { commit: head.stdout.trim(), pinned: branch.status !== 0 && version === undefined };
}

type Git = (...words: string[]) => Promise<ChildResult>;

/** git with repositories of other users allowed, and nobody's configuration touched. */
function gitFor(scratch: string): Git {
  const config = join(scratch, '.gitconfig');
  mkdirSync(scratch, { recursive: true });
  const own = process.env.GIT_CONFIG_GLOBAL || join(homedir(), '.gitconfig');
  writeFileSync(config, `[include]\n\tpath = ${JSON.stringify(own)}\n[safe]\n\tdirectory = *\n`);
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: config,
    GIT_DIR: undefined,
    GIT_WORK_TREE: undefined,
    ...(process.stdin.isTTY ? {} : { GIT_TERMINAL_PROMPT: '0' }),
  };
  return (...words) => runChild('git', words, { env, output: 'capture-all' });
}

async function tagWithin(git: Git, tree: string, url: string, range: string): Promise<string> {
  if (validRange(range) === null) throw new UserError('BAD_USAGE', `"${range}" is not a version range`, { hint: 'write it as ^1.2, ~1.2.3, 1.x or >=1 <3' });
  const { stdout } = await git('-C', tree, 'tag', '--list');
  const tags = new Map(stdout.split('\n').map((tag) => [tag.replace(/^v/, ''), tag]));
  const best = maxSatisfying([...tags.keys()], range);
  if (best === null)
    throw new UserError('REFUSED', `${url} has no tag within ${range}`, { hint: `its tags: ${await some(git, tree, 'tag', '--list', '--sort=-creatordate')}` });
  return tags.get(best) as string;
}

async function some(git: Git, tree: string, ...words: string[]): Promise<string> {
  const names = (await git('-C', tree, ...words)).stdout.split('\n').filter((name) => name !== '' && name !== 'HEAD');
  return names.length === 0 ? 'none' : names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
}

const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^(fatal|error): /, '') ?? '';

/** Removes what `gitFor` wrote. */
export const removeGitScratch = (scratch: string): void => rmSync(join(scratch, '.gitconfig'), { force: true });
