import type { OutgoingHttpHeaders } from 'node:http';
import { AwsV4Signer } from 'aws4fetch';
import { UserError } from '../../../errors.ts';
import type { StreamedBody } from '../../../http/ask.ts';
import type { Exchanged } from '../../../http/exchange.ts';
import { RequestFailure } from '../../../http/failure.ts';
import { send } from '../../../http/send.ts';
import type { StoreListener } from '../store.ts';
import type { CredentialChain } from './credentials.ts';

/** How a bucket is spoken to. */
export interface BucketWorld {
  /** Without a slash at its end. */
  readonly address: string;
  readonly region: string;
  readonly credentials: CredentialChain;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly listener: StoreListener;
  /** How long nothing may happen on a connection, in milliseconds. */
  readonly stalledAfterMs?: number;
}

/** One request to a bucket. */
export interface BucketRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** With the sha256 of its bytes, in hex, which is signed. */
  readonly body?: { readonly content: Buffer | StreamedBody; readonly sha256: string };
  readonly maxBytes?: number;
}

/** sha256 of nothing. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** Of what is said of a failure, and of lists. */
const ANSWER_BYTES = 4 << 20;
/** Two conditional requests for one key at once: S3 asks for another try. */
const CONFLICT = 409;

/** Headers as Node takes them, for an address, signed by AWS's Signature Version 4. @param datetime as `20130524T000000Z`; by default now */
export async function signedHeaders(
  { method, url, headers, sha256 = EMPTY }: { method: string; url: URL; headers: Readonly<Record<string, string>>; sha256?: string | undefined },
  { region, credentials }: Pick<BucketWorld, 'region' | 'credentials'>,
  datetime?: string,
): Promise<OutgoingHttpHeaders> {
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials.get();
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: { ...headers, 'x-amz-content-sha256': sha256 },
    service: 's3',
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(datetime === undefined ? {} : { datetime }),
  });
  return Object.fromEntries((await signer.sign()).headers);
}

/** A bucket of S3, or of a server that speaks as S3 does. */
export class Bucket {
  readonly world: BucketWorld;

  constructor(world: BucketWorld) {
    this.world = world;
  }

  urlOf(key: string, query: Readonly<Record<string, string>> = {}): URL {
    const url = new URL(`${this.world.address}/${key.split('/').map(encodeURIComponent).join('/')}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /**
   * Sends a request, signed anew for each attempt.
   * @returns the answer, whatever its status, but for what did not pass after several tries
   * @throws UserError store-failed, no-credentials
   */
  async ask({ method, key, query, headers = {}, body, maxBytes = ANSWER_BYTES }: BucketRequest): Promise<Exchanged> {
    const url = this.urlOf(key, query);
    const { listener, env, stalledAfterMs } = this.world;
    try {
      return await send(
        async () => ({ method, url, headers: await signedHeaders({ method, url, headers, sha256: body?.sha256 }, this.world), body: body?.content }),
        { maxBytes, onRetry: listener.onRetry, alsoPassing: [CONFLICT], ...(stalledAfterMs === undefined ? {} : { stalledAfterMs }) },
        env,
      );
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      throw new UserError('store-failed', `Cannot ${WORDS[method]} ${this.nameOf(key)}: ${error.message}`, {
        hint: error.hint ?? 'check the endpoint and the network',
        cause: error,
      });
    }
  }

  /** Why an answer is not what was asked for. */
  refusal({ method, key }: BucketRequest, { status, body, headers }: Exchanged): UserError {
    const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body.toString('latin1', 0, ANSWER_BYTES))?.[1];
    const told = code === undefined ? `${status}` : `${status} ${code}`;
    return new UserError('store-failed', `Cannot ${WORDS[method]} ${this.nameOf(key)}: the server answered ${told}`, { hint: hintFor(status, code, headers) });
  }

  nameOf(key: string): string {
    return `${this.world.address}${key === '' ? '' : `/${key}`}`;
  }
}

const WORDS = { GET: 'read', HEAD: 'look at', PUT: 'write', DELETE: 'remove' } as const;

function hintFor(status: number, code: string | undefined, headers: Exchanged['headers']): string {
  const region = headers['x-amz-bucket-region'];
  if (typeof region === 'string' && /^[a-z0-9-]{1,40}$/.test(region) && (status === 301 || status === 307 || status === 400)) return `set AWS_REGION=${region}`;
  if (status >= 300 && status < 400) return 'give the address of the bucket itself with --endpoint, or set AWS_REGION';
  switch (code) {
    case 'SignatureDoesNotMatch':
      return 'check the secret key, and the region';
    case 'InvalidAccessKeyId':
      return 'check the access key, and that it is of this server';
    case 'RequestTimeTooSkewed':
      return "set this machine's clock";
    case 'ExpiredToken':
      return 'renew the credentials';
    case 'NoSuchBucket':
      return 'make the bucket first';
  }
  if (status === 403)
    return 'the credentials need s3:GetObject, s3:PutObject and s3:ListBucket there (without the last, what is not there is called forbidden)';
  return 'contact the operator of the server';
}
