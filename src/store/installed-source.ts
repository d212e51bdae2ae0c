import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import type { Source } from '../sources/source.ts';
import { currentReceipt } from './receipts.ts';
import { treeFacts } from './tree-facts.ts';

/** Where an installed plugin came from: as its receipt says, or as git knows of a clone that somebody put there. */
export async function installedSource(layout: Layout, name: string): Promise<Source> {
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
  if (receipt) return receipt.source;
  const { url = '', commit = '', branch = '' } = (await treeFacts(layout, name)) ?? {};
  return url ? { kind: 'git', url, commit, pinned: branch === '', ...(branch ? { committish: branch } : {}) } : { kind: 'unknown' };
}
