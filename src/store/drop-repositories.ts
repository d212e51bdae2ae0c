import { lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { branchOf } from '../sources/git/facts.ts';
import { ownWork } from '../sources/git/own-work.ts';
import { isGit } from '../sources/git/source.ts';
import { removeTree } from '../system/remove-tree.ts';
import { checkTree } from './check-tree.ts';
import { keptGenerations } from './generations.ts';
import { type Receipt, receiptsOf, writeReceipt } from './receipts.ts';
import { makeStaging } from './switch.ts';

/**
 * Takes `.git` out of the kept generations of a plugin that came from git (decision 008): where they came from stands in their receipts. What holds
 * somebody's work stays. The caller holds the lock and has committed; may be cut anywhere and begun again.
 * @param fresh the generation whose `.git` is spoken of if it stays; of others it was said before
 */
export async function dropRepositories(layout: Layout, plugin: string, fresh: number, warn: (warning: string) => void): Promise<void> {
  const paths = storePaths(layout.pluginPath);
  const kept = new Set(keptGenerations(layout, plugin));
  for (const receipt of receiptsOf(paths, plugin).filter(({ generation, source }) => isGit(source) && kept.has(generation))) {
    const { generation } = receipt;
    const tree = paths.generation(plugin, generation);
    if (!isDirectory(tree) || !isDirectory(join(tree, '.git'))) continue;
    const work = await workIn(layout, receipt, tree);
    if (work !== undefined) {
      if (generation === fresh) warn(`Generation ${generation} of ${plugin} keeps its .git, as it holds somebody's work: ${work}`);
      continue;
    }
    // A receipt of before has no branch, and soon there is nobody else to ask.
    const branch = branchOf(tree);
    if (receipt.branch === undefined && branch !== undefined) writeReceipt(paths, { ...receipt, branch });
    const trash = makeStaging(layout);
    try {
      renameSync(join(tree, '.git'), join(trash, '.git'));
    } catch (error) {
      // The change is made whether there is room or not.
      if (generation === fresh) warn(`Generation ${generation} of ${plugin} keeps its .git (${errnoOf(error)})`);
    }
    removeTree(trash);
  }
}

/** A link is its owner's, and so is what it leads to. */
const isDirectory = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

async function workIn(layout: Layout, receipt: Receipt, tree: string): Promise<string | undefined> {
  const own = isGit(receipt.source) ? await ownWork(tree, receipt.source.commit) : undefined;
  if (own !== undefined) return own;
  const { drift, problem } = checkTree(layout, receipt, tree);
  // What was added is in the tree, and stays there.
  const edited = drift.find(({ change }) => change === 'modified' || change === 'missing');
  return edited ? `${edited.path} was ${edited.change === 'missing' ? 'removed' : 'changed'}` : problem;
}
