import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { type ChildResult, runChild } from '../system/child.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { ownGitEnvironment } from './git-facts.ts';

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
 * @throws UserError REFUSED with git's own words
 */
export async function cloneRepository(request: GitRequest, tree: string): Promise<{ commit: string; pinned: boolean }> {
  const { url, committish, version, reference } = request;
  const git = gitFor(dirname(tree));
  const shown = withoutSecrets(url);
  const cloned = await git('clone', '--quiet', ...(reference ? ['--reference-if-able', reference, '--dissociate'] : []), '--', url, tree);
  if (cloned.status !== 0)
    throw new UserError('REFUSED', `Cannot clone ${shown}: ${withoutSecrets(ownWords(cloned.stderr))}`, {
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
  const known = readHead(tree);
  if (known) return { ...known, pinned: known.pinned && version === undefined };
  // Packed or kept otherwise. One question for both answers: the commit, and the branch's full name or HEAD.
  const head = await git('-C', tree, 'rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD');
  if (head.status !== 0) throw new UserError('REFUSED', `${shown} has no commits`, { hint: 'push one first' });
  const [commit = '', ref] = head.stdout.trim().split('\n');
  return { commit, pinned: ref === 'HEAD' && version === undefined };
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

type Git = (...words: string[]) => Promise<ChildResult>;

/** git with repositories of other users allowed, and nobody's configuration touched. */
function gitFor(scratch: string): Git {
  const config = join(scratch, '.gitconfig');
  mkdirSync(scratch, { recursive: true });
  const own = process.env.GIT_CONFIG_GLOBAL || join(homedir(), '.gitconfig');
  writeFileSync(config, `[include]\n\tpath = ${JSON.stringify(own)}\n[safe]\n\tdirectory = *\n`);
  const env = {
    ...ownGitEnvironment(process.env),
    GIT_CONFIG_GLOBAL: config,
    ...(process.stdin.isTTY ? {} : { GIT_TERMINAL_PROMPT: '0' }),
  };
  return (...words) => runChild('git', words, { env, output: 'capture-all' });
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

/** What git says first of what went wrong; what follows is advice for people at git's own prompt. */
function ownWords(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return (lines.find((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? '').replace(/^(fatal|error): /, '');
}

/** Removes what `gitFor` wrote. */
export const removeGitScratch = (scratch: string): void => rmSync(join(scratch, '.gitconfig'), { force: true });
