import { runChild } from '../system/child.ts';

/** Where a checkout came from and what it stands at; empty where git has no answer (a detached HEAD has no branch). */
export interface GitFacts {
  readonly url: string;
  readonly commit: string;
  readonly branch: string;
}

/** Asks git about a checkout that may belong to another user, without touching anybody's configuration. */
export async function gitFacts(directory: string): Promise<GitFacts> {
  const ask = async (...words: string[]): Promise<string> => {
    const { status, stdout } = await runChild('git', ['-c', `safe.directory=${directory}`, '-C', directory, ...words], { env: process.env, output: 'capture' });
    return status === 0 ? stdout.trim() : '';
  };
  const [url, commit, branch] = await Promise.all([
    ask('config', '--get', 'remote.origin.url'),
    ask('rev-parse', '-q', '--verify', 'HEAD'),
    ask('symbolic-ref', '--short', '-q', 'HEAD'),
  ]);
  return { url, commit, branch };
}
