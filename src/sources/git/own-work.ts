import { join } from 'node:path';
import { somethingAt } from '../../system/links.ts';
import { askGit } from './facts.ts';

/**
 * What a clone holds that its repository need not have: commits, branches, a stash. Asks git what runs no code of the clone's.
 * @param commit what it was checked out at when it came
 * @returns in words, or undefined for nothing
 */
export async function ownWork(tree: string, commit: string): Promise<string | undefined> {
  const ask = askGit(tree);
  const [head, listed] = await Promise.all([ask('rev-parse', 'HEAD'), ask('for-each-ref', '--format=%(refname) %(objectname) %(*objectname)')]);
  // One that git does not understand is nobody's to throw away.
  if (head === undefined || listed === undefined) return 'something that git does not understand';
  if (head !== commit) return 'another commit, which is checked out';
  if (somethingAt(join(tree, '.git/worktrees'))) return 'another work tree';
  const refs = listed.split('\n').map((line) => line.split(' ') as [name: string, id: string, behind: string]);
  const known = new Set([commit, ...refs.filter(([name]) => name.startsWith('refs/remotes/')).map(([, id]) => id)]);
  const own = refs.find(([name, id, behind]) => {
    if (name.startsWith('refs/heads/')) return !known.has(id);
    // Those that came with the clone are packed, and may lie beside every branch.
    if (name.startsWith('refs/tags/')) return !known.has(behind || id) && somethingAt(join(tree, '.git', name));
    return name !== '' && !name.startsWith('refs/remotes/');
  });
  if (!own) return somethingAt(join(tree, '.git/modules')) ? workInSubmodules(tree, await ask('ls-files', '--stage', '-z')) : undefined;
  return own[0] === 'refs/stash' ? 'a stash' : `the ${own[0].startsWith('refs/heads/') ? 'branch' : 'reference'} ${own[0].replace(/^refs\/(heads\/)?/, '')}`;
}

/** @param index what git says of it, by which a submodule's commit is told */
async function workInSubmodules(tree: string, index = ''): Promise<string | undefined> {
  for (const entry of index.split('\0').filter((line) => line.startsWith('160000 '))) {
    const [commit = '', path = ''] = [entry.split(' ')[1], entry.slice(entry.indexOf('\t') + 1)];
    const work = somethingAt(join(tree, path, '.git')) ? await ownWork(join(tree, path), commit) : undefined;
    if (work !== undefined) return `${work} in ${path}`;
  }
  return undefined;
}
