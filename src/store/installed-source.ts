import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../plugins/layout.ts';
import { gitFacts } from '../sources/git-facts.ts';
import type { Source } from '../sources/source.ts';
import { currentReceipt } from './receipts.ts';
import { storePaths } from './store-paths.ts';

/** Where an installed plugin came from: as its receipt says, or as git knows of a clone that somebody put there. */
export async function installedSource(layout: Layout, name: string): Promise<Source> {
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
  if (receipt) return receipt.source;
  const directory = join(layout.available, name);
  if (!existsSync(join(directory, '.git'))) return { kind: 'unknown' };
  const { url, commit, branch } = await gitFacts(directory);
  return url ? { kind: 'git', url, commit, pinned: branch === '', ...(branch ? { committish: branch } : {}) } : { kind: 'unknown' };
}
