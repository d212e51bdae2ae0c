import { UserError } from '../../errors.ts';
import { DirectoryStore } from './directory.ts';
import type { ObjectStore, StoreListener } from './store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface StoreOptions {
  /** The address of a server that speaks as S3 does; by default what AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL says, else AWS. */
  readonly endpoint?: string | undefined;
  readonly env: Environment;
  readonly listener: StoreListener;
  /** How long nothing may happen on a connection, in milliseconds. */
  readonly stalledAfterMs?: number;
}

/**
 * Opens where a mirror keeps its objects; nothing is asked yet.
 * @param place a directory, or `s3://bucket/prefix`
 * @throws UserError bad-value, flag-does-not-apply
 */
export async function openStore(place: string, options: StoreOptions): Promise<ObjectStore> {
  if (/^s3:/i.test(place)) return (await import('./s3/open-bucket.ts')).openBucket(place, options);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) {
    throw new UserError('bad-value', '--to takes a directory or s3://bucket/prefix', { hint: 'a server is written to by other programs' });
  }
  if (options.endpoint !== undefined) throw new UserError('flag-does-not-apply', '--endpoint is for --to s3://bucket/prefix');
  return new DirectoryStore(place);
}
