import { errnoOf } from '../errors.ts';
import { readSmallBytes } from '../system/small-file.ts';
import type { CachePaths } from './cache-paths.ts';
import { signaturesBeside } from './index-signatures.ts';
import type { Meta } from './meta.ts';
import type { Place } from './place.ts';
import { INDEX_BYTES } from './read-index.ts';
import type { RepositorySettings } from './settings.ts';
import { snapshotFiles } from './snapshot.ts';

/** An index as a signature is of it: a file with signatures beside it, or a commit. */
export type SignedIndex =
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly signatures: readonly { readonly name: string; readonly bytes: Buffer }[] }
  | { readonly kind: 'git'; readonly clone: string; readonly commit: string };

/** Tells which trusted key signed an index, and when it says that it did. @returns undefined for what none did */
export type SignerOf = (repository: string, index: SignedIndex) => Promise<{ readonly key: string; readonly at?: string | undefined } | undefined>;

/** Where an index is that may be signed. */
interface IndexParts {
  readonly kind: Place['kind'];
  /** The index, where it is a file. */
  readonly file: string;
  readonly clone: string;
  readonly commit: string;
}

/** What of an index was signed; undefined for one of a directory of manifests, and for one that is gone in between. */
export function signedPart({ kind, file, clone, commit }: IndexParts): SignedIndex | undefined {
  if (kind === 'git') return { kind, clone, commit };
  if (kind === 'directory') return undefined;
  try {
    return { kind: 'file', bytes: readSmallBytes(file, INDEX_BYTES), signatures: signaturesBeside(file) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A copy of an index. */
interface SomeCopy {
  readonly settings: RepositorySettings;
  readonly paths: CachePaths;
  readonly meta: Meta;
}

/** What of a copy was signed. */
export function signedIndex({ settings: { place }, paths, meta }: SomeCopy): SignedIndex | undefined {
  const file = place.kind === 'file' ? place.path : snapshotFiles(paths, meta.snapshot).raw;
  return signedPart({ kind: place.kind, file, clone: paths.clone, commit: meta.state });
}
