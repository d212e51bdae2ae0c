import { UserError } from '../errors.ts';
import { withoutCredentials, withoutSecrets } from '../system/secrets.ts';
import { gitFor, ownWords } from './git-command.ts';

/** What a repository's names lead to, without cloning it. */
export interface RemoteRefs {
  /** The commit that a clone would stand at. */
  readonly head: string;
  readonly branches: ReadonlyMap<string, string>;
  /** Commits, also behind annotated tags. */
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * Asks a repository for its branches and tags.
 * @param scratch a directory for git's own files
 * @throws UserError REFUSED with git's own words
 */
export async function remoteRefs(url: string, scratch: string): Promise<RemoteRefs> {
  const { status, stdout, stderr } = await gitFor(scratch, url, true)('ls-remote', '--quiet', '--', withoutCredentials(url));
  if (status !== 0) {
    throw new UserError('REFUSED', `Cannot ask ${withoutSecrets(url)}: ${withoutSecrets(ownWords(stderr))}`, {
      hint: 'check the address, and that you may read it',
    });
  }
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  let head = '';
  for (const line of stdout.split('\n')) {
    const [commit = '', name = ''] = line.split('\t');
    if (name === 'HEAD') head = commit;
    else if (name.startsWith('refs/heads/')) branches.set(name.slice('refs/heads/'.length), commit);
    // `v1^{}` is the commit behind the annotated tag v1, and comes behind it.
    else if (name.startsWith('refs/tags/')) tags.set(name.slice('refs/tags/'.length).replace(/\^\{\}$/, ''), commit);
  }
  return { head, branches, tags };
}
