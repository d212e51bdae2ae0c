import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { Draft } from '../../catalogue/formats/drafts.ts';
import { readCatalogue } from '../../catalogue/read-catalogue.ts';
import { UserError } from '../../errors.ts';
import type { FetchListener } from '../../repositories/bring.ts';
import { cachePaths } from '../../repositories/cache-paths.ts';
import { type Place, placeOf } from '../../repositories/place.ts';
import { INDEX_BYTES, indexText } from '../../repositories/read-index.ts';
import { untilInterrupted } from '../../system/interrupts.ts';
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
 * @throws UserError where it cannot be had, or is no index
 */
export async function withIndex<T>(word: string, listener: FetchListener, action: (index: IndexHere) => Promise<T>): Promise<T> {
  const place = placeOf(word, undefined, process.cwd());
  const scratch = mkdtempSync(join(tmpdir(), 'tool-index-'));
  const tidyUp = (): void => {
    listener.onEnd();
    removeTree(scratch);
  };
  try {
    return await untilInterrupted(tidyUp, async () => action(await bringIndex(place, scratch, listener)));
  } finally {
    tidyUp();
  }
}

async function bringIndex(place: Place, scratch: string, { onProgress, onEnd }: FetchListener): Promise<IndexHere> {
  const entries: Draft[] = [];
  const onEntry = (entry: Draft): void => void entries.push(entry);
  const read = async (path: string, origin: string, contentType?: string): Promise<IndexHere> => {
    const text = indexText(path, { name: '', origin, ...(contentType === undefined ? {} : { contentType }) });
    const catalogue = await readCatalogue(text, { origin, name: nameFor(origin), onEntry });
    return { catalogue, entries, path, manifestFile: catalogue.format === 'krew' ? fileNameOf(place) : undefined };
  };
  switch (place.kind) {
    case 'http': {
      const file = join(scratch, 'index');
      const { download } = await import('../../http/download.ts');
      const { finalUrl, contentType } = await download(place.url, file, { maxBytes: INDEX_BYTES, onProgress });
      onEnd();
      return read(file, finalUrl, contentType);
    }
    case 'getter':
      throw new UserError('bad-repository-url', `${place.url} is fetched by a plugin`, { hint: 'bring it here with the command fetch, and lint the file' });
    case 'git': {
      const paths = cachePaths(scratch, 'index');
      const { fetchIndex } = await import('../../repositories/clone-index.ts');
      const commit = await fetchIndex(place.url, paths, 'newest');
      onEnd();
      const { readKrewClone } = await import('../../catalogue/formats/krew-repository.ts');
      return { catalogue: await readKrewClone(paths.clone, commit, onEntry), entries, path: paths.clone };
    }
    case 'directory': {
      const { readKrewDirectory } = await import('../../catalogue/formats/krew-repository.ts');
      return { catalogue: await readKrewDirectory(place.path, onEntry), entries, path: place.path };
    }
    default:
      return read(place.path, place.path);
  }
}

const fileNameOf = (place: Place): string => basename('path' in place ? place.path : new URL(place.url).pathname);
