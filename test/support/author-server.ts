import { sha256 } from './digests.ts';
import { type Serving, serving } from './serving.ts';

/** What an author publishes, on loopback; a test changes what it gives as it goes. */
export interface AuthorServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: string[];
  /** By path, with the slash in front. */
  readonly files: Map<string, Buffer | string>;
  /** Paths that are answered with a status in place of what they have. */
  readonly faults: Map<string, number | 'cut'>;
}

/** Serves files with an ETag each, and answers 304 to who knows it. */
export async function authorServer(): Promise<AuthorServer> {
  const files = new Map<string, Buffer | string>();
  const faults = new Map<string, number | 'cut'>();
  const server: Serving = await serving((request, response) => {
    const path = request.url ?? '';
    const body = files.get(path);
    const fault = faults.get(path);
    if (typeof fault === 'number') return response.writeHead(fault, { 'retry-after': '0' }).end('<html>no</html>');
    if (body === undefined) return response.writeHead(404).end('<html>not found</html>');
    const bytes = Buffer.from(body);
    const etag = `"${sha256(bytes).slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, { etag }).end();
    if (fault === 'cut') {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, bytes.length >> 1));
      return setTimeout(() => response.destroy(), 60);
    }
    return response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
  });
  return { url: server.url, asked: server.asked, files, faults, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
