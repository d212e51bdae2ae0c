import { join } from 'node:path';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { type GitFacts, gitFacts } from '../sources/git/facts.ts';
import { isGit } from '../sources/git/source.ts';
import { somethingAt } from '../system/links.ts';
import { currentReceipt } from './receipts.ts';

/**
 * Where a plugin came from by git and what it stands at: what its `.git` says, or its receipt where a rollback brought back a tree without one
 * (decision 008).
 * @returns undefined for a plugin that is not from git
 */
export async function treeFacts(layout: Layout, name: string, directory = join(layout.available, name)): Promise<GitFacts | undefined> {
  if (somethingAt(join(directory, '.git'))) return gitFacts(directory);
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
  if (!receipt || !isGit(receipt.source)) return undefined;
  const { url, commit, committish = '', version, exact } = receipt.source;
  return { url, commit, branch: receipt.branch ?? (exact || version !== undefined ? '' : committish) };
}
