import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { isKnown } from '../../http/local-server.ts';

/** What servers call files that an index, its page, or a plugin is made of; of a name with several endings the last counts. */
const TYPES: Readonly<Record<string, string>> = {
  yaml: 'application/yaml; charset=utf-8',
  yml: 'application/yaml; charset=utf-8',
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  gz: 'application/gzip',
  tgz: 'application/gzip',
  zip: 'application/zip',
};

/** The content type of a file by its name. */
export const typeOf = (file: string): string => TYPES[/\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';

/** Bytes of a file, from the first to the last. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Answers with a file, or the part of it that is asked for, as RFC 9110 has it: validators (13), one range (14). Whoever asks for several is given all.
 * @returns how many bytes of it were sent
 */
export async function sendFile(file: string, { method, headers }: IncomingMessage, response: ServerResponse): Promise<number> {
  const handle = await open(file);
  try {
    const { size, mtimeMs, mtime } = await handle.stat();
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}"`;
    const lastModified = mtime.toUTCString();
    const common = { etag, 'last-modified': lastModified, 'cache-control': 'no-cache' };
    if (isUnchanged(headers, etag, mtime)) {
      response.writeHead(304, common).end();
      return 0;
    }
    const all = { ...common, 'content-type': typeOf(file), 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff' };
    const range = method === 'GET' ? rangeOf(headers, size, [etag, lastModified]) : undefined;
    if (range === 'outside') {
      response.writeHead(416, { ...common, 'content-range': `bytes */${size}` }).end();
      return 0;
    }
    const { first, last } = range ?? { first: 0, last: size - 1 };
    const length = last - first + 1;
    const part = range ? { 'content-range': `bytes ${first}-${last}/${size}` } : {};
    response.writeHead(range ? 206 : 200, { ...all, ...part, 'content-length': length });
    if (method === 'HEAD' || length === 0) response.end();
    else await sendBytes(handle, { first, last }, response);
    return method === 'HEAD' ? 0 : length;
  } finally {
    await handle.close();
  }
}

async function sendBytes(handle: FileHandle, { first, last }: Range, response: ServerResponse): Promise<void> {
  // Whoever asked may have gone.
  await pipeline(handle.createReadStream({ start: first, end: last, autoClose: false }), response).catch(() => response.destroy());
}

/** Whether what was asked for is what the asker has (RFC 9110, 13.2.2). */
function isUnchanged(headers: IncomingHttpHeaders, etag: string, mtime: Date): boolean {
  const { 'if-none-match': known, 'if-modified-since': since } = headers;
  if (known !== undefined) return isKnown(known, etag);
  return since !== undefined && Math.floor(mtime.getTime() / 1000) * 1000 <= Date.parse(since);
}

/** The range that is asked for; undefined where all is, or another state of the file is gone on with. */
function rangeOf({ range, 'if-range': ifRange }: IncomingHttpHeaders, size: number, validators: readonly string[]): Range | 'outside' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (ifRange !== undefined && !validators.includes(String(ifRange))) return undefined;
  // The last bytes, however many there are.
  if (first === '') return Number(last) === 0 || size === 0 ? 'outside' : { first: Math.max(0, size - Number(last)), last: size - 1 };
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return Number(first) >= size ? 'outside' : { first: Number(first), last: end };
}
