import { join } from 'node:path';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import type { Source } from '../sources/kinds.ts';
import { knownKind } from '../sources/source.ts';
import { currentReceipt } from './receipts.ts';

/** Where the author of an installed plugin changes it: the directory it was copied from, its repository or archive; the installed copy where there is none. */
export const authorPlace = (layout: Layout, name: string, source?: Source): string => {
  const from = source ?? currentReceipt(storePaths(layout.pluginPath), name)?.source;
  return (from && knownKind(from)?.authorPlace(from)) ?? join(layout.available, name);
};
