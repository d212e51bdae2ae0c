import { join } from 'node:path';
import { runChild } from '../system/child.ts';
import { readSmallFile, SETTINGS_BYTES } from '../system/small-file.ts';

/** Where a checkout came from and what it stands at; empty where git has no answer (a detached HEAD has no branch). */
export interface GitFacts {
  readonly url: string;
  readonly commit: string;
  readonly branch: string;
}

/** What `git rev-parse --local-env-vars` names: a git hook that we run in speaks of its own repository by them. */
const LOCAL =
  /^GIT_(ALTERNATE_OBJECT_DIRECTORIES|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|OBJECT_DIRECTORY|DIR|WORK_TREE|IMPLICIT_WORK_TREE|GRAFT_FILE|INDEX_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|PREFIX|SHALLOW_FILE|COMMON_DIR|INTERNAL_SUPER_PREFIX|QUARANTINE_PATH|NAMESPACE)$/;

/** The environment for git in a repository of its own, whatever repository surrounds us. */
export const ownGitEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !LOCAL.test(name)));

/** Asks git about a checkout that may belong to another user, without touching anybody's configuration. */
export async function gitFacts(directory: string): Promise<GitFacts> {
  const ask = async (...words: string[]): Promise<string> => {
    const { status, stdout } = await runChild('git', ['-c', `safe.directory=${directory}`, '-C', directory, ...words], {
      env: ownGitEnvironment(process.env),
      output: 'capture',
    });
    return status === 0 ? stdout.trim() : '';
  };
  const [url, commit, branch] = await Promise.all([
    ask('config', '--get', 'remote.origin.url'),
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
