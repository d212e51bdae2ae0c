import { UserError } from '../../errors.ts';
import { readTree, treeHash } from '../../system/tree-hash.ts';
import type { CompareWorld, Comparison } from '../kind.ts';
import { isDirectory } from '../local-path.ts';
import type { DirectorySource } from './kind.ts';

/** @throws UserError when it is not there any more */
export async function compareDirectory({ path }: DirectorySource, { sourceHash }: CompareWorld): Promise<Comparison> {
  if (!isDirectory(path))
    throw new UserError('source-gone', `${path} is no longer a directory`, { hint: 'give the new place with plugin:update NAME --from SOURCE' });
  return { state: treeHash(readTree(path)) === sourceHash ? 'current' : 'outdated' };
}
