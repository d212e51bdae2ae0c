import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { sourceOfClone } from '../sources/git/source.ts';
import type { Source } from '../sources/kinds.ts';
import { UNKNOWN } from '../sources/unknown.ts';
import { currentReceipt } from './receipts.ts';
import { treeFacts } from './tree-facts.ts';

/** Where an installed plugin came from: as its receipt says, or as git knows of a clone that somebody put there. */
export async function installedSource(layout: Layout, name: string): Promise<Source> {
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
  if (receipt) return receipt.source;
  const facts = await treeFacts(layout, name);
  return facts?.url ? sourceOfClone(facts) : UNKNOWN;
}
