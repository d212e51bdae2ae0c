import { join } from 'node:path';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import type { Source } from '../sources/source.ts';
import { statOrNothing } from '../system/links.ts';
import { currentReceipt } from './receipts.ts';

/** Where the author of an installed plugin changes it: the directory it was copied from, its repository or archive; the installed copy where there is none. */
export const authorPlace = (layout: Layout, name: string, source?: Source): string => {
  const from = source ?? currentReceipt(storePaths(layout.pluginPath), name)?.source;
  if (from !== undefined && 'url' in from) return from.url;
  const isThere = from !== undefined && 'path' in from && statOrNothing(from.path)?.isDirectory() === true;
  return isThere ? from.path : join(layout.available, name);
};
