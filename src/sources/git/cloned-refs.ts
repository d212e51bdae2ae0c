import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Git } from '../../git/command.ts';
import { isCommitHash } from './ref-name.ts';

/** What the names of a fresh clone lead to. */
export interface ClonedRefs {
  /** Of the repository, whether the clone has a branch of that name or not. */
  readonly branches: ReadonlyMap<string, string>;
  /** Commits, also behind annotated tags. */
  readonly tags: ReadonlyMap<string, string>;
  readonly defaultBranch: string | undefined;
}

/** What a clone stands at: a branch that may have no commit, or a commit. */
export interface Head {
  readonly branch?: string;
  readonly commit?: string;
}

/** Reads the refs of a fresh clone from the file where git keeps them, which saves a start of git; asks git where it keeps them otherwise. */
export async function clonedRefs(git: Git, tree: string): Promise<ClonedRefs> {
  const [branches, tags] = [new Map<string, string>(), new Map<string, string>()];
  let set = (_commit: string): void => {};
  for (const [id, name] of readPacked(tree) ?? (await askRefs(git, tree))) {
    // The commit behind the annotated tag in the line in front.
    if (name === '^') set(id);
    const [, kind, rest = ''] = /^refs\/(remotes\/origin|tags)\/(.+)$/.exec(name) ?? [];
    const map = kind === undefined || (kind !== 'tags' && rest === 'HEAD') ? undefined : kind === 'tags' ? tags : branches;
    set = (commit) => map?.set(rest, commit);
    if (name !== '^') set(id);
  }
  return { branches, tags, defaultBranch: (await readHead(git, tree)).branch };
}

type Line = readonly [id: string, name: string];

function readPacked(tree: string): Line[] | undefined {
  try {
    const lines = readFileSync(join(tree, '.git/packed-refs'), 'utf8').split('\n');
    return lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => (line.startsWith('^') ? [line.slice(1), '^'] : [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
  } catch {
    return undefined;
  }
}

async function askRefs(git: Git, tree: string): Promise<Line[]> {
  const { stdout } = await git('-C', tree, 'for-each-ref', '--format=%(objectname) %(refname) %(*objectname)', 'refs/remotes/origin', 'refs/tags');
  return stdout.split('\n').flatMap((line): Line[] => {
    const [id = '', name = '', peeled = ''] = line.split(' ');
    return peeled === ''
      ? [[id, name]]
      : [
          [id, name],
          [peeled, '^'],
        ];
  });
}

/** What a clone stands at, from files where they say it. */
export async function readHead(git: Git, tree: string): Promise<Head> {
  const read = (name: string): string => readFileSync(join(tree, '.git', name), 'utf8').trim();
  try {
    const head = read('HEAD');
    if (isCommitHash(head)) return { commit: head };
    const [, branch = ''] = /^ref: refs\/heads\/([^/.][^.]*)$/.exec(head) ?? [];
    const commit = read(`refs/heads/${branch}`);
    if (branch !== '' && isCommitHash(commit)) return { branch, commit };
  } catch {
    // Packed, kept otherwise, or not there.
  }
  const [symbolic, commit] = [await git('-C', tree, 'symbolic-ref', '-q', 'HEAD'), await git('-C', tree, 'rev-parse', '-q', '--verify', 'HEAD')];
  const branch = symbolic.stdout.trim().replace(/^refs\/heads\//, '');
  return { ...(branch ? { branch } : {}), ...(commit.status === 0 ? { commit: commit.stdout.trim() } : {}) };
}
