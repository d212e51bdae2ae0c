import { UserError } from '../../../errors.ts';
import type { StoreOptions } from '../open-store.ts';
import type { ObjectStore } from '../store.ts';
import { bucketAddress, readS3Address } from './address.ts';
import { Bucket } from './bucket.ts';
import { CredentialChain } from './credentials.ts';
import { profileSetting } from './profile-files.ts';
import { S3Store } from './s3-store.ts';

/** The region where nobody says one: what servers take that have none. */
const USUAL_REGION = 'us-east-1';

/**
 * Opens a bucket as a store; nothing is asked yet.
 * @param place `s3://bucket/prefix`
 * @throws UserError bad-value, bad-variable
 */
export function openBucket(place: string, { endpoint, env, listener, stalledAfterMs }: StoreOptions): ObjectStore {
  const where = readS3Address(place);
  const hasKeys = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (hasKeys && !env.AWS_PROFILE ? undefined : profileSetting(env, 'region')) || USUAL_REGION;
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw new UserError('bad-variable', 'AWS_REGION is no region', { hint: 'write it like eu-central-1' });
  const address = bucketAddress(where, region, endpoint ?? (env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined));
  const world = { address, region, credentials: new CredentialChain(env), env, listener, ...(stalledAfterMs === undefined ? {} : { stalledAfterMs }) };
  return new S3Store(where, new Bucket(world));
}
