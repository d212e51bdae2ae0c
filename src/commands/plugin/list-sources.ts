import type { Layout } from '../../home/layout.ts';
import { storePaths } from '../../home/store-paths.ts';
import { placeOf } from '../../sources/source.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { treeFacts } from '../../store/tree-facts.ts';
import { withoutSecrets } from '../../system/secrets.ts';

/** Where a plugin came from, for programs: what a list for people does not load. */
export async function sourceFields(layout: Layout, name: string, directory: string): Promise<{ source_url: string; committish: string; branch: string }> {
  const source = currentReceipt(storePaths(layout.pluginPath), name)?.source;
  const { url = '', commit = '', branch = '' } = (await treeFacts(layout, name, directory)) ?? {};
  return { source_url: (source && placeOf(source)) ?? withoutSecrets(url), committish: commit, branch };
}
