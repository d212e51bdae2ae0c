import { join } from 'node:path';
import { isUserError, UserError } from '../errors.ts';
import { addressBeside } from '../http/address-beside.ts';
import { type Download, download } from '../http/download.ts';
import { RequestFailure } from '../http/failure.ts';
import { headOf } from '../system/file-head.ts';
import { removeTree } from '../system/remove-tree.ts';
import { SETTINGS_BYTES } from '../system/small-file.ts';
import type { MirrorFile, StoredObject } from './book.ts';
import { checkedKey } from './check-file.ts';
import { checkObjectKey } from './stores/object-key.ts';
import type { ObjectStore } from './stores/store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What files are brought in. */
export interface FetchWorld {
  readonly store: ObjectStore;
  readonly env: Environment;
  /** Headers of the source for an address, where it is of its origin. */
  readonly headersFor: (url: string) => Readonly<Record<string, string>>;
  readonly onBytes: (bytes: number) => void;
  readonly onRetry: (reason: string, seconds: number) => void;
}

let fetched = 0;

/** A file that came, and is still to become an object. */
export interface FetchedObject {
  /** Looks whether it is what it should be, and makes it one. @throws UserError where it is not, the mirror has other bytes under its key, or cannot be written */
  readonly store: () => Promise<StoredObject>;
}

/** Fetches a file. @throws UserError where it cannot be had */
export async function fetchObject(wanted: MirrorFile, world: FetchWorld): Promise<FetchedObject> {
  const { store, env, headersFor, onBytes, onRetry } = world;
  const { url } = wanted;
  const file = join(await store.scratch(), `file-${process.pid}-${fetched++}`);
  try {
    let told = 0;
    const onProgress = (received: number): void => {
      onBytes(received - told);
      told = received;
    };
    const maxBytes = wanted.holds === 'signature' ? SETTINGS_BYTES : (store.mostBytes ?? Number.MAX_SAFE_INTEGER);
    const came = await download(url, file, { maxBytes, ownHeaders: headersFor(url), onProgress, onRetry }, env).catch((error: unknown) => {
      throw isUserError(error) && error.code === 'too-large' && maxBytes === store.mostBytes ? tooLarge(error, store) : error;
    });
    return { store: () => storeObject(wanted, { file, ...came }, world) };
  } catch (error) {
    removeTree(file);
    throw error;
  }
}

const tooLarge = (error: UserError, { name, mostBytes = 0 }: ObjectStore): UserError =>
  new UserError('too-large', `${error.message}: ${name} takes no object above ${mostBytes / 2 ** 30} GiB`, {
    hint: 'mirror it into a directory',
    cause: error,
  });

async function storeObject(wanted: MirrorFile, came: Download & { readonly file: string }, world: FetchWorld): Promise<StoredObject> {
  const { file, sha256, bytes, validators } = came;
  try {
    const key = await checkedKey(came, wanted);
    checkObjectKey(key);
    await createOnce(world.store, key, { file, sha256, bytes });
    if (wanted.holds === 'archive' && !wanted.endsAsPacked) await fetchProvenance(wanted, key, world);
    return { url: wanted.url, key, sha256, bytes, etag: validators.etag };
  } finally {
    removeTree(file);
  }
}

async function createOnce(store: ObjectStore, key: string, file: { file: string; sha256: string; bytes: number }): Promise<void> {
  if ((await store.create(key, file)) !== 'different') return;
  throw new UserError('object-differs', `${store.name} has other bytes under ${key}`, {
    hint: 'they stay; find out who wrote them, and publish under a new version',
  });
}

/** Helm's provenance beside an archive, if there is one: it stays beside it. One that may be there another time fails the whole, to be tried again. */
async function fetchProvenance({ url }: MirrorFile, key: string, { store, env, headersFor }: FetchWorld): Promise<void> {
  const file = join(await store.scratch(), `provenance-${process.pid}-${fetched++}`);
  try {
    const came = await download(addressBeside(url, '.prov'), file, { maxBytes: SETTINGS_BYTES, ownHeaders: headersFor(url) }, env);
    const isProvenance = headOf(file, 200).toString('latin1').includes('-----BEGIN PGP SIGNED MESSAGE-----');
    if (isProvenance) await createOnce(store, `${key}.prov`, { file, ...came });
  } catch (error) {
    const isMissing = isUserError(error) && error.cause instanceof RequestFailure && !error.cause.passing;
    if (!isMissing) throw error;
  } finally {
    removeTree(file);
  }
}
