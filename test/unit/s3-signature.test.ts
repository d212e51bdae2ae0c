import { describe, expect, test } from 'vitest';
import { signedHeaders } from '../../src/mirror/stores/s3/bucket.ts';
import { CredentialChain } from '../../src/mirror/stores/s3/credentials.ts';
import { sha256 } from '../support/digests.ts';
import { type SignedRequest, signatureFault, signatureOf } from '../support/sigv4.ts';

/** The examples that AWS publishes for requests to S3 (API reference, "Examples: Signature Calculations in AWS Signature Version 4"). */
const ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SCOPE = '20130524/us-east-1/s3/aws4_request';
const DATE = '20130524T000000Z';
const EMPTY = sha256('');
const common = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': DATE };
const VECTORS: Record<string, { request: SignedRequest; signature: string }> = {
  'GET object': {
    request: { method: 'GET', target: '/test.txt', headers: { ...common, range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY } },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  'PUT object': {
    request: {
      method: 'PUT',
      target: '/test%24file.text',
      headers: {
        ...common,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': sha256('Welcome to Amazon S3.'),
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  'GET bucket lifecycle': {
    request: { method: 'GET', target: '/?lifecycle', headers: { ...common, 'x-amz-content-sha256': EMPTY } },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  'GET bucket (list objects)': {
    request: { method: 'GET', target: '/?max-keys=2&prefix=J', headers: { ...common, 'x-amz-content-sha256': EMPTY } },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
};

const authorization = (signature: string, headers: readonly string[]): string =>
  `AWS4-HMAC-SHA256 Credential=${ID}/${SCOPE}, SignedHeaders=${headers.join(';')}, Signature=${signature}`;

describe.each(Object.entries(VECTORS))("AWS's example %s", (_, { request, signature }) => {
  const names = Object.keys(request.headers).sort();

  test('has the published signature by the verifier of the tests', () => {
    expect(signatureOf(request, SECRET, SCOPE, names)).toBe(signature);
    const asSent = (said: string): SignedRequest => ({ ...request, headers: { ...request.headers, authorization: authorization(said, names) } });
    const at = Date.parse('2013-05-24T00:00:00Z');
    expect(signatureFault(asSent(signature), { [ID]: SECRET }, at)).toBeUndefined();
    expect(signatureFault(asSent(signature), { [ID]: `${SECRET}x` }, at)).toBe('SignatureDoesNotMatch');
    expect(signatureFault(asSent(signature), { other: SECRET }, at)).toBe('InvalidAccessKeyId');
    expect(signatureFault(asSent(signature), { [ID]: SECRET }, at + 16 * 60_000)).toBe('RequestTimeTooSkewed');
    expect(signatureFault({ ...asSent(signature), target: '/other' }, { [ID]: SECRET }, at)).toBe('SignatureDoesNotMatch');
  });
});

// The signer leaves a range unsigned, as a proxy may change it.
test.each(Object.entries(VECTORS).filter(([, { request }]) => !('range' in request.headers)))(
  "AWS's example %s is signed so by the mirror",
  async (_, { request, signature }) => {
    const { host, 'x-amz-date': date, 'x-amz-content-sha256': body, ...headers } = request.headers;
    const credentials = new CredentialChain({ AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET });
    const url = new URL(`https://${host}${request.target}`);
    const signed = await signedHeaders({ method: request.method, url, headers, sha256: body }, { region: 'us-east-1', credentials }, date);
    expect(signed.authorization).toBe(authorization(signature, Object.keys(request.headers).sort()));
  },
);

test('a session token is sent and signed', async () => {
  const credentials = new CredentialChain({ AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: 'token+/=' });
  const url = new URL('https://examplebucket.s3.amazonaws.com/a%2Bb/c');
  const headers = (await signedHeaders({ method: 'GET', url, headers: {} }, { region: 'us-east-1', credentials }, DATE)) as Record<string, string>;
  expect(headers['x-amz-security-token']).toBe('token+/=');
  const request = { method: 'GET', target: '/a%2Bb/c', headers: { ...headers, host: url.host } };
  expect(signatureFault(request, { [ID]: SECRET }, Date.parse('2013-05-24T00:00:00Z'))).toBeUndefined();
});
