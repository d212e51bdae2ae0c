import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { JsonObject } from './models.ts';
import { ProviderError } from './provider-error.ts';

/** The API of the host, which is asked as the instance: what it may do is for its token to say. */
export interface ApiClient {
  get(path: string): Promise<unknown>;
  post(path: string, body?: unknown): Promise<unknown>;
  put(path: string, body?: unknown): Promise<unknown>;
  patch(path: string, body?: unknown): Promise<unknown>;
  delete(path: string): Promise<unknown>;
}

const PREFIX = '/api/v3';

/**
 * A client for the API in the environment: over the socket in RS_LOCAL_PROXY, else at RS_ENDPOINT, whose certificate the host has made itself.
 * A path is that behind /api/v3, like `/machines/ID/params/NAME`; what is refused is thrown as a ProviderError with the host's own words.
 */
export function apiClient(env: Readonly<Record<string, string | undefined>>): ApiClient {
  const { RS_LOCAL_PROXY: socketPath = '', RS_ENDPOINT: endpoint = 'https://127.0.0.1:8092', RS_TOKEN: token = '' } = env;
  const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
    new Promise((done, fail) => {
      const url = new URL(`${PREFIX}${path}`, socketPath === '' ? endpoint : 'http://unix');
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        Authorization: `Bearer ${token}`,
        Accept: 'application/json',
        'Cache-Control': 'no-store',
        ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      };
      const where = socketPath === '' ? {} : { socketPath };
      const options = { method, headers, rejectUnauthorized: false, ...where };
      const sent = (url.protocol === 'https:' ? requestTls : requestPlain)(url, options, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          answer += chunk;
        });
        response.on('error', fail);
        response.on('end', () => {
          const value = parsed(answer);
          const status = response.statusCode ?? 0;
          if (status < 400) done(value ?? null);
          else fail(refusal(method, path, status, value));
        });
      });
      sent.on('error', (error) => fail(new ProviderError(`${method} ${path}: the host does not answer: ${error.message}`, { code: 502, cause: error })));
      sent.end(text);
    });
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
    patch: (path, body) => ask('PATCH', path, body),
    delete: (path) => ask('DELETE', path),
  };
}

function refusal(method: string, path: string, status: number, value: unknown): ProviderError {
  const { Messages, Model = '', Key = '', Type = method } = (typeof value === 'object' && value !== null ? value : {}) as JsonObject;
  const [first = `${method} ${path}: ${status}`, ...messages] = Array.isArray(Messages) ? Messages.map(String) : [];
  return new ProviderError(first, { code: status, model: String(Model), key: String(Key), type: String(Type), messages });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
