import { UserError } from '../../../errors.ts';
import { harmlessLine } from '../../../system/harmless.ts';
import { isObjectKey } from '../object-key.ts';

/** Where objects are kept: a bucket, and what stands in front of all keys. */
export interface S3Place {
  readonly bucket: string;
  /** Without slashes at its ends; empty for none. */
  readonly prefix: string;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads `s3://bucket/prefix`. @throws UserError bad-value */
export function readS3Address(text: string): S3Place {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/i.exec(text) ?? [];
  const prefix = rest.replace(/\/+$/, '');
  if (BUCKET.test(bucket) && (prefix === '' || isObjectKey(prefix))) return { bucket, prefix };
  throw new UserError('bad-value', `"${harmlessLine(text)}" is no place in a bucket`, { hint: 'write it as s3://bucket or s3://bucket/prefix' });
}

/**
 * The address that a bucket is spoken to at, without a slash at its end: below an endpoint that is given, else of AWS, where a bucket with dots in its name has
 * no certificate of its own.
 * @throws UserError bad-value for an endpoint that is no http or https address, or has more than a path
 */
export function bucketAddress({ bucket }: S3Place, region: string, endpoint: string | undefined): string {
  if (endpoint === undefined) {
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return bucket.includes('.') ? `https://s3.${region}.${domain}/${bucket}` : `https://${bucket}.s3.${region}.${domain}`;
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isUsable = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (isUsable) return `${url.href.replace(/\/+$/, '')}/${bucket}`;
  throw new UserError('bad-value', 'The endpoint is no http or https address of a server', { hint: 'write it like https://s3.example.org' });
}
