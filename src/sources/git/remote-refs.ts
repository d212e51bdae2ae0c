import { join } from 'node:path';
import { gitFor } from '../../git/command.ts';
import { gitFailure } from '../../git/words.ts';
import { withoutCredentials, withoutSecrets } from '../../system/secrets.ts';

/** What a repository's names lead to, without cloning it. */
export interface RemoteRefs {
  /** The commit that a clone would stand at. */
  readonly head: string;
  readonly branches: ReadonlyMap<string, string>;
  /** Commits, also behind annotated tags. */
  readonly tags: ReadonlyMap<string, string>;
  /** The branch that a clone would stand at. */
  readonly defaultBranch: string | undefined;
}

/**
 * Asks a repository for its branches and tags.
 * @param scratch a directory for git's own files
 * @throws UserError with git's own words
 */
export async function remoteRefs(url: string, scratch: string): Promise<RemoteRefs> {
  // There is no repository to work on, so none around the scratch directory may be found.
  const git = gitFor(scratch, url, { GIT_DIR: join(scratch, 'no-repository') });
  const answer = await git('ls-remote', '--quiet', '--symref', '--', withoutCredentials(url));
  if (answer.status !== 0) throw gitFailure(`Cannot ask ${withoutSecrets(url)}`, url, answer);
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  let head = '';
  let defaultBranch: string | undefined;
  for (const line of answer.stdout.split('\n')) {
    const [commit = '', name = ''] = line.split('\t');
    if (commit.startsWith('ref: ')) defaultBranch = name === 'HEAD' ? commit.replace(/^ref: refs\/heads\//, '') : defaultBranch;
    else if (name === 'HEAD') head = commit;
    else if (name.startsWith('refs/heads/')) branches.set(name.slice('refs/heads/'.length), commit);
    // `v1^{}` is the commit behind the annotated tag v1, and comes behind it.
    else if (name.startsWith('refs/tags/')) tags.set(name.slice('refs/tags/'.length).replace(/\^\{\}$/, ''), commit);
  }
  return { head, branches, tags, defaultBranch };
}
