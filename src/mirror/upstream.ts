import { join } from 'node:path';
import { isUserError } from '../errors.ts';
import { download } from '../http/download.ts';
import { RequestFailure } from '../http/failure.ts';
import { look } from '../http/look.ts';
import { removeTree } from '../system/remove-tree.ts';
import { withoutSecrets } from '../system/secrets.ts';
import type { StoredObject } from './book.ts';
import type { FetchWorld } from './fetch-object.ts';

/** Why the source of an object is another one by now, to stand behind its address; undefined where nothing tells so. */
export async function changedUpstream(object: StoredObject, { env, headersFor }: Pick<FetchWorld, 'env' | 'headersFor'>): Promise<string | undefined> {
  const { url, etag, bytes } = object;
  try {
    const found = await look(new URL(url), { etag, ownHeaders: headersFor(url), attempts: 1 }, env);
    // What is taken away at the source stays in the mirror.
    if (found.state !== 'there') return undefined;
    if (found.bytes !== undefined && bytes !== undefined && found.bytes !== bytes) return `has ${found.bytes} bytes now, and had ${bytes}`;
    if (etag !== undefined && found.etag !== undefined && found.etag !== etag) return 'has another ETag now (--verify compares its bytes)';
    return undefined;
  } catch (error) {
    // Whoever cannot be asked says nothing.
    if (error instanceof RequestFailure) return undefined;
    throw error;
  }
}

let verified = 0;

/**
 * Compares an object with the record of it, and with what its source gives, byte for byte by their checksums.
 * @returns what is wrong, to stand behind the name of the release; undefined where all is the same
 */
export async function verifiedObject(object: StoredObject, { store, env, headersFor, onBytes, onRetry }: FetchWorld): Promise<string | undefined> {
  const { key, sha256, url } = object;
  const own = await store.hashOf(key);
  if (own === undefined) return `is not in the mirror any more: ${key}`;
  if (own !== sha256) return `was changed in the mirror: ${key} has the checksum ${own}, and had ${sha256}`;
  const file = join(await store.scratch(), `verified-${process.pid}-${verified++}`);
  try {
    let told = 0;
    const onProgress = (received: number): void => {
      onBytes(received - told);
      told = received;
    };
    const came = await download(url, file, { maxBytes: Number.MAX_SAFE_INTEGER, ownHeaders: headersFor(url), onProgress, onRetry }, env);
    return came.sha256 === sha256 ? undefined : `is another one at its source: ${withoutSecrets(url)} has the checksum ${came.sha256} now, and had ${sha256}`;
  } catch (error) {
    if (isUserError(error) && error.cause instanceof RequestFailure) return undefined;
    throw error;
  } finally {
    removeTree(file);
  }
}
