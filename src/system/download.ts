import { createHash } from 'node:crypto';
import { closeSync, createWriteStream, openSync, readSync } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'undici';
import { UserError } from '../errors.ts';
import { withoutSecrets } from './secrets.ts';

export interface Download {
  /** sha256 of what came, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Where it came from in the end, behind all redirects; without credentials. */
  readonly finalUrl: string;
  readonly looksLikeHtml: boolean;
}

export interface DownloadOptions {
  readonly maxBytes: number;
  /** Called as bytes come; total is undefined where the server does not say. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly onRetry?: (reason: string, seconds: number) => void;
}

const ATTEMPTS = 5;
const WORTH_ANOTHER_TRY = new Set([408, 425, 429, 500, 502, 503, 504]);
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 20_000;
const STALLED_AFTER_MS = 30_000;

/** A failure that may pass. */
class PassingFailure extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/**
 * Fetches a URL into a file: redirects and the proxies of the environment are followed, failures that may pass (408, 429, 5xx,
 * resets, stalls) are tried again with growing, jittered waits or the server's own Retry-After.
 * @throws UserError REFUSED naming URL and status
 */
export async function download(url: string, file: string, options: DownloadOptions): Promise<Download> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptDownload(url, file, options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!(error instanceof PassingFailure)) throw error;
      if (attempt === ATTEMPTS) {
        throw new UserError('REFUSED', `Cannot download ${withoutSecrets(url)}: ${reason}, ${ATTEMPTS} times`, {
          hint: 'try again later, or check the network',
          cause: error,
        });
      }
      const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
      const wait = Math.min(error.afterMs ?? backoff, LONGEST_WAIT_MS);
      options.onRetry?.(reason, Math.round(wait / 100) / 10);
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

async function attemptDownload(url: string, file: string, { maxBytes, onProgress }: DownloadOptions): Promise<Download> {
  const { fetch, EnvHttpProxyAgent } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({ proxyTunnel: false, bodyTimeout: STALLED_AFTER_MS, headersTimeout: STALLED_AFTER_MS });
  try {
    let response: Response;
    try {
      const { address, authorization } = addressed(url);
      // Behind a redirect to another host, fetch itself leaves the authorization out.
      response = await fetch(address, { dispatcher, redirect: 'follow', headers: { 'accept-encoding': 'identity', ...authorization } });
    } catch (error) {
      throw networkFailure(url, error);
    }
    if (!response.ok) throw statusFailure(url, response);
    const total = Number(response.headers.get('content-length') ?? Number.NaN);
    if (total > maxBytes) throw new UserError('REFUSED', `${withoutSecrets(url)} is ${total} bytes, more than the ${maxBytes} that are allowed`);
    const hash = createHash('sha256');
    let bytes = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        hash.update(chunk);
        onProgress?.(bytes, Number.isNaN(total) ? undefined : total);
        done(bytes > maxBytes ? new UserError('REFUSED', `${withoutSecrets(url)} is more than the ${maxBytes} bytes that are allowed`) : null, chunk);
      },
    });
    try {
      await pipeline(Readable.fromWeb(response.body as never), meter, createWriteStream(file));
    } catch (error) {
      if (error instanceof UserError || (error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      throw new PassingFailure(`the connection broke after ${bytes} bytes`);
    }
    if (!Number.isNaN(total) && bytes !== total) throw new PassingFailure(`${bytes} of ${total} bytes came`);
    const contentType = response.headers.get('content-type') ?? 'unknown';
    return {
      sha256: hash.digest('hex'),
      bytes,
      contentType,
      finalUrl: withoutSecrets(response.url || url),
      looksLikeHtml: contentType.includes('text/html') || beginsLikeHtml(file),
    };
  } finally {
    // What is not read of a refused answer is not waited for.
    await dispatcher.destroy().catch(() => {});
  }
}

/** Credentials in a URL go into a header, as fetch wants it. */
function addressed(url: string): { address: string; authorization: { authorization?: string } } {
  const parsed = new URL(url);
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return { address: parsed.href, authorization: username || password ? { authorization: `Basic ${basic}` } : {} };
}

/** Codes of failures that another try may not meet. */
const PASSING_CODE = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_)/;

function networkFailure(url: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (PASSING_CODE.test(code)) return new PassingFailure(code);
  const reason = code || (cause instanceof Error ? withoutSecrets(cause.message) : String(cause));
  return new UserError('REFUSED', `Cannot download ${withoutSecrets(url)} (${reason})`, { hint: 'check the address and the network', cause: error });
}

function statusFailure(url: string, response: Response): Error {
  const { status } = response;
  if (WORTH_ANOTHER_TRY.has(status)) return new PassingFailure(`the server answered ${status}`, retryAfter(response));
  const hint = status === 401 || status === 403 ? 'you need to be allowed to read it' : status === 404 ? 'check the address' : 'ask who runs the server';
  return new UserError('REFUSED', `Cannot download ${withoutSecrets(url)}: the server answered ${status}`, { hint });
}

/** What the server asks for, in milliseconds: seconds or a date. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (!value) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function beginsLikeHtml(file: string): boolean {
  const head = Buffer.alloc(64);
  const fd = openSync(file, 'r');
  try {
    return /^\s*<(!doctype|html|head)/i.test(head.toString('latin1', 0, readSync(fd, head, 0, head.length, 0)));
  } finally {
    closeSync(fd);
  }
}
