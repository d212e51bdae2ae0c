import { join } from 'node:path';
import { GIT_RULES, ownGitEnvironment } from '../../git/environment.ts';
import { runChild } from '../../system/child.ts';
import { readSmallFile, SETTINGS_BYTES } from '../../system/small-file.ts';

/** Where a checkout came from and what it stands at; empty where git has no answer (a detached HEAD has no branch). */
export interface GitFacts {
  readonly url: string;
  readonly commit: string;
  readonly branch: string;
}

/** Asks one thing of git; undefined where it has no answer. */
type AskGit = (...words: string[]) => Promise<string | undefined>;

/** More than a question takes that reads no more than a few files: what a clone's configuration includes may be a pipe. */
const ANSWER_MS = 30_000;

/**
 * Asks git about a checkout that may belong to another user, without touching anybody's configuration. The checkout's own is a plugin's: what is
 * asked starts no program, whatever it says.
 */
export function askGit(directory: string): AskGit {
  return async (...words) => {
    // Named, so that no repository around it is found and its owner does not matter.
    const { status, stdout } = await runChild('git', [...GIT_RULES, `--git-dir=${join(directory, '.git')}`, ...words], {
      env: ownGitEnvironment(process.env),
      output: 'capture-all',
      timeoutMs: ANSWER_MS,
      cwd: '/',
    });
    return status === 0 ? stdout.trim() : undefined;
  };
}

/** Where a checkout came from, as its own file says without what that includes, and what it stands at. */
export async function gitFacts(directory: string): Promise<GitFacts> {
  const ask = askGit(directory);
  const [url = '', commit = '', branch = ''] = await Promise.all([
    ask('config', '--local', '--no-includes', '--get', 'remote.origin.url'),
    ask('rev-parse', '-q', '--verify', 'HEAD'),
    ask('symbolic-ref', '--short', '-q', 'HEAD'),
  ]);
  return { url, commit, branch };
}

/** The branch that a checkout is on, where a file says it. */
export function branchOf(directory: string): string | undefined {
  try {
    // A repository that keeps its references otherwise has a name there that no branch can have.
    return /^ref: refs\/heads\/([^.].*)\n$/.exec(readSmallFile(join(directory, '.git/HEAD'), SETTINGS_BYTES))?.[1];
  } catch {
    return undefined;
  }
}
