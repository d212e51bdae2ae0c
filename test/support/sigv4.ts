import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256 } from './digests.ts';

/** A request as a server sees it, for its signature. Apart from the product's signer, so that each checks the other. */
export interface SignedRequest {
  readonly method: string;
  /** As sent: escaped path and query. */
  readonly target: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Escapes as AWS's `UriEncode` does: all but letters, digits and `-._~`. */
const escaped = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The signature of a request by Signature Version 4 with headers, as its Authorization says which headers and scope. */
export function signatureOf({ method, target, headers }: SignedRequest, secret: string, scope: string, signedHeaders: readonly string[]): string {
  const [path = '', query = ''] = target.split('?', 2);
  const canonicalPath = path
    .split('/')
    .map((part) => escaped(decodeURIComponent(part)))
    .join('/');
  const canonicalQuery = [...new URLSearchParams(query)]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  const canonical = [method, canonicalPath, canonicalQuery, lines.join(''), signedHeaders.join(';'), headers['x-amz-content-sha256']].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>((made, part) => hmac(made, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

/** What is wrong with the signature of a request, as the code of S3's error; undefined where nothing is. @param secrets by access key */
export function signatureFault(request: SignedRequest, secrets: Readonly<Record<string, string>>, now: number): string | undefined {
  const { headers } = request;
  const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '');
  if (!parts) return 'AccessDenied';
  const [, id = '', scope = '', list = '', signature = ''] = parts;
  const secret = secrets[id];
  if (secret === undefined) return 'InvalidAccessKeyId';
  const [day, , service, end] = scope.split('/');
  const date = headers['x-amz-date'] ?? '';
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!date.startsWith(day ?? '-') || service !== 's3' || end !== 'aws4_request') return 'AuthorizationHeaderMalformed';
  if (!(Math.abs(now - time) < 15 * 60_000)) return 'RequestTimeTooSkewed';
  const signed = list.split(';');
  const mustBeSigned = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (mustBeSigned.some((name) => !signed.includes(name))) return 'AccessDenied';
  const own = signatureOf(request, secret, scope, signed);
  return timingSafeEqual(Buffer.from(own), Buffer.from(signature)) ? undefined : 'SignatureDoesNotMatch';
}
