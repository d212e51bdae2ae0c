import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { Draft } from '../../catalogue/formats/drafts.ts';
import { readCatalogue } from '../../catalogue/read-catalogue.ts';
import type { Catalogue } from '../../catalogue/release.ts';
import type { FetchListener } from '../../repositories/bring.ts';
import { cachePaths } from '../../repositories/cache-paths.ts';
import { placeOf } from '../../repositories/place.ts';
import { INDEX_BYTES, indexText } from '../../repositories/read-index.ts';
import { removeTree } from '../../system/remove-tree.ts';
import type { ReadIndex } from './lint-catalogue.ts';

/** An index that stands on this machine while it is looked at. */
export interface IndexHere extends ReadIndex {
  /** A file, or a directory of manifests, or a clone: what `repository:add` takes. */
  readonly path: string;
}

/** Has nothing to do with a repository: what entries are called that state no name, as in a versions.json. */
const nameFor = (place: string): string => basename(place, extname(place)).replaceAll(/[^\w.-]+/g, '-') || 'index';

/**
 * Brings an index from wherever `repository:add` would, reads it with all of its entries, and does something with it; what was fetched is gone afterwards.
 * @param word an address or a path
 * @throws UserError BAD_USAGE or REFUSED where it cannot be had, or is no index
 */
export async function withIndex<T>(word: string, listener: FetchListener, action: (index: IndexHere) => Promise<T>): Promise<T> {
  const place = placeOf(word, undefined, process.cwd());
  const scratch = mkdtempSync(join(tmpdir(), 'tool-index-'));
  const entries: Draft[] = [];
  const onEntry = (entry: Draft): void => void entries.push(entry);
  const read = (file: string, origin: string, contentType?: string): Promise<Catalogue> =>
    readCatalogue(indexText(file, { name: '', origin, ...(contentType === undefined ? {} : { contentType }) }), { origin, name: nameFor(origin), onEntry });
  try {
    switch (place.kind) {
      case 'http': {
        const file = join(scratch, 'index');
        const { download } = await import('../../http/download.ts');
        const { finalUrl, contentType } = await download(place.url, file, { maxBytes: INDEX_BYTES, onProgress: listener.onProgress });
        listener.onEnd();
        const catalogue = await read(file, finalUrl, contentType);
        return await action({ catalogue, entries, path: file, manifestFile: manifestOf(catalogue, new URL(place.url).pathname) });
      }
      case 'git': {
        const paths = cachePaths(scratch, 'index');
        const { fetchIndex } = await import('../../repositories/clone-index.ts');
        const commit = await fetchIndex(place.url, paths, 'newest');
        listener.onEnd();
        const { readKrewClone } = await import('../../catalogue/formats/krew-repository.ts');
        return await action({ catalogue: await readKrewClone(paths.clone, commit, onEntry), entries, path: paths.clone });
      }
      case 'directory': {
        const { readKrewDirectory } = await import('../../catalogue/formats/krew-repository.ts');
        return await action({ catalogue: await readKrewDirectory(place.path, onEntry), entries, path: place.path });
      }
      default: {
        const catalogue = await read(place.path, place.path);
        return await action({ catalogue, entries, path: place.path, manifestFile: manifestOf(catalogue, place.path) });
      }
    }
  } finally {
    listener.onEnd();
    removeTree(scratch);
  }
}

const manifestOf = ({ format }: Catalogue, file: string): string | undefined => (format === 'krew' ? basename(file) : undefined);
