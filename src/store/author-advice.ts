import type { Environment, Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { authorWarnings } from '../plugins/author-warnings.ts';
import type { Source } from '../sources/kinds.ts';
import { knownKind } from '../sources/source.ts';
import { authorPlace } from './author-place.ts';
import { currentReceipt } from './receipts.ts';

/**
 * What the author of a plugin would want to know of its files. What was imported has none who could mend them: its files are written by the import.
 * @param tree where the files are
 * @param source where they came from, where the receipt does not say so yet
 */
export async function authorAdvice(layout: Layout, name: string, tree: string, { PATH = '' }: Environment, source?: Source): Promise<string[]> {
  const from = source ?? currentReceipt(storePaths(layout.pluginPath), name)?.source;
  return from && knownKind(from)?.isImport ? [] : authorWarnings(tree, authorPlace(layout, name, source), PATH);
}
