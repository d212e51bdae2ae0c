import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import type { Source } from '../sources/source.ts';
import { isPinned } from '../store/pins.ts';
import { currentReceipt } from '../store/receipts.ts';
import { readTree, treeHash } from '../system/tree-hash.ts';

/**
 * Compares a plugin with a source on this machine: a directory by its tree, an archive by its sha256. A server is not asked for an archive, of which it
 * would have to send all.
 * @throws UserError REFUSED when the source is not there any more
 */
export async function compareLocally(
  layout: Layout,
  name: string,
  source: Exclude<Source, { kind: 'git' }>,
): Promise<{ readonly state: 'current' | 'outdated' | 'pinned' | 'not checked'; readonly problem?: string }> {
  const paths = storePaths(layout.pluginPath);
  const standing = (same: boolean) => ({ state: same ? ('current' as const) : isPinned(paths, name) ? ('pinned' as const) : ('outdated' as const) });
  switch (source.kind) {
    case 'directory':
      if (!statSync(source.path, { throwIfNoEntry: false })?.isDirectory()) throw new UserError('REFUSED', `${source.path} is no directory any more`);
      return standing(treeHash(readTree(source.path)) === currentReceipt(paths, name)?.sourceHash);
    case 'archive': {
      if (/^https?:/.test(source.url)) return { state: 'not checked', problem: `an update fetches ${source.url} to see` };
      const file = source.url.startsWith('file:') ? fileURLToPath(source.url) : source.url;
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UserError('REFUSED', `${file} is no file any more`);
      const hash = createHash('sha256');
      await pipeline(createReadStream(file), hash);
      return standing(hash.digest('hex') === source.sha256);
    }
    case 'link':
      return { state: 'current' };
    case 'unknown':
      return { state: 'not checked', problem: 'it was put there by hand' };
  }
}
