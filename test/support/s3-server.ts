import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sha256 } from './digests.ts';
import { type Serving, serving } from './serving.ts';
import { signatureFault } from './sigv4.ts';

export const ACCESS_KEY = 'TESTKEY0000000000000';
export const SECRET_KEY = 'secret/of+the+tests/0000000000000000000000';

/** What a request is answered, instead of what it asks for; undefined for nothing special. */
export type Fault = (request: { readonly method: string; readonly key: string; readonly headers: IncomingMessage['headers'] }) =>
  | { readonly status: number; readonly code: string; readonly headers?: Record<string, string> }
  /** Break the connection: before anything is done, in the middle of the body that is sent back, or once it is done and before it is said. */
  | 'reset'
  | 'cut'
  | 'lose the answer'
  /** Never answer. */
  | 'hang'
  | undefined;

export interface S3Server extends AsyncDisposable {
  readonly url: string;
  /** By key, within the one bucket. */
  readonly objects: Map<string, Buffer>;
  /** `METHOD key status`, in order. */
  readonly log: string[];
  fault: Fault;
  /** Whether it answers 501 to conditional writes, as OpenStack Swift does. */
  unconditional: boolean;
  /** Whether it takes no notice of the conditions of writes, and overwrites. */
  careless: boolean;
  /** Keys that a write replaced, with other bytes than before. */
  readonly overwritten: string[];
}

/**
 * A strict double of S3 on loopback, with one bucket, at path style: signatures and checksums of bodies are checked, conditional writes are kept to, and lists are had by
 * prefix. What a mirror has no need of is 501.
 */
export async function s3Server(bucket = 'mirror', env: { now?: () => number } = {}): Promise<S3Server> {
  const { now = Date.now } = env;
  const objects = new Map<string, Buffer>();
  const writtenAt = new Map<string, number>();
  const log: string[] = [];
  const overwritten: string[] = [];
  let server: Serving;
  const state = { fault: (() => undefined) as Fault, unconditional: false, careless: false };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const body = await bodyOf(request).catch(() => undefined);
    // A client that died on the way has sent no object.
    if (body === undefined) return;
    const [path = '', query = ''] = url.split('?', 2);
    const [, first, ...rest] = path.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const answer = (status: number, text: string | Buffer = '', own: Record<string, string> = {}): void => {
      log.push(`${method} ${key} ${status}`);
      const bytes = Buffer.from(text);
      response.writeHead(status, { date: new Date(now()).toUTCString(), 'content-length': bytes.length, ...own });
      response.end(method === 'HEAD' ? undefined : bytes);
    };
    const refuse = (status: number, code: string, own: Record<string, string> = {}): void =>
      answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`, { 'content-type': 'application/xml', ...own });

    const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const wrong = signatureFault({ method, target: url, headers: flat }, { [ACCESS_KEY]: SECRET_KEY }, now());
    if (wrong) return refuse(403, wrong);
    if (flat['x-amz-content-sha256'] !== sha256(body)) return refuse(400, 'XAmzContentSHA256Mismatch');
    if (first !== bucket) return refuse(404, 'NoSuchBucket');
    const fault = state.fault({ method, key, headers });
    if (fault === 'hang') return;
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    if (typeof fault === 'object') return refuse(fault.status, fault.code, fault.headers);

    if (method === 'PUT') {
      const [none, match] = [headers['if-none-match'], headers['if-match']];
      if (!state.careless && (none !== undefined || match !== undefined)) {
        if (state.unconditional || (none !== undefined && none !== '*')) return refuse(501, 'NotImplemented');
        const there = objects.get(key);
        if (match !== undefined && there === undefined) return refuse(404, 'NoSuchKey');
        if (there !== undefined && (none === '*' || etagOf(there) !== match)) return refuse(412, 'PreconditionFailed');
      }
      const before = objects.get(key);
      if (before && !before.equals(body)) overwritten.push(key);
      objects.set(key, body);
      writtenAt.set(key, now());
      if (fault === 'lose the answer') return void request.socket.resetAndDestroy();
      return answer(200, '', { etag: etagOf(body) });
    }
    if (method === 'DELETE') {
      objects.delete(key);
      return answer(204);
    }
    if (method === 'GET' && key === '') {
      const parameters = new URLSearchParams(query);
      if (parameters.get('list-type') !== '2') return refuse(501, 'NotImplemented');
      const names = [...objects.keys()].filter((name) => name.startsWith(parameters.get('prefix') ?? '')).sort();
      const entries = names.map(
        (name) => `<Contents><Key>${name}</Key><LastModified>${new Date(writtenAt.get(name) ?? 0).toISOString()}</LastModified></Contents>`,
      );
      return answer(200, `<ListBucketResult>${entries.join('')}</ListBucketResult>`);
    }
    if (method !== 'GET' && method !== 'HEAD') return refuse(501, 'NotImplemented');
    const there = objects.get(key);
    if (there === undefined) return refuse(404, 'NoSuchKey');
    if (fault === 'cut' && method === 'GET') {
      response.writeHead(200, { 'content-length': there.length, etag: etagOf(there) }).write(there.subarray(0, there.length >> 1));
      return void setTimeout(() => response.destroy(), 60);
    }
    answer(200, method === 'HEAD' ? '' : there, { etag: etagOf(there), ...(method === 'HEAD' ? { 'content-length': String(there.length) } : {}) });
  };
  server = await serving((request, response) => void handle(request, response));
  return Object.assign(state, { url: server.url, objects, log, overwritten, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

/** The environment in which a program finds its keys; nothing else of the machine's is looked for. */
export const s3Environment = (overrides: Record<string, string> = {}): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: ACCESS_KEY,
  AWS_SECRET_ACCESS_KEY: SECRET_KEY,
  AWS_EC2_METADATA_DISABLED: 'true',
  ...overrides,
});

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
