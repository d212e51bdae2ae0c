import type { OutgoingHttpHeaders } from 'node:http';
import { UserError } from '../errors.ts';
import { withoutSecrets } from '../system/secrets.ts';
import { type RequestWorld, STALLED_AFTER_MS } from './connect.ts';
import { RequestFailure } from './failure.ts';
import { type Followed, follow, shownAddress } from './follow.ts';
import { GrowingFile } from './growing-file.ts';
import { headersForRest, type Part, totalOfRest, validatorOf } from './part.ts';
import type { Environment } from './proxy.ts';
import { withRetries } from './retry.ts';
import { statusFailure } from './status-failure.ts';

export interface Download {
  /** sha256 of what came, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Where it came from in the end, behind all redirects; without secrets. */
  readonly finalUrl: string;
  readonly validators: Validators;
}

/** What a server told of a body, by which it can be asked whether that is still the same (RFC 9110, 13.1). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface DownloadOptions {
  readonly maxBytes: number;
  /** Called as bytes come; total is undefined where the server does not say. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly onRetry?: (reason: string, seconds: number) => void;
  /** How long nothing may happen on a connection, in milliseconds. */
  readonly stalledAfterMs?: number;
  /** How often what may pass is tried. */
  readonly attempts?: number | undefined;
  /** Headers for the origin of the address, and nobody else. */
  readonly ownHeaders?: OutgoingHttpHeaders;
}

/**
 * Fetches a URL into a file, byte for byte as sent: redirects and the proxies of the environment are followed, failures that may pass (408, 429,
 * 5xx, resets, stalls) are tried again, and a body that broke off is gone on with where the server can tell that it is still the same.
 * @throws UserError naming URL and reason
 */
export async function download(url: string, file: string, options: DownloadOptions, env: Environment = process.env): Promise<Download> {
  // Nobody was asked whether it is still the same.
  return (await fetched(url, file, options, {}, env)) as Download;
}

/**
 * The same where the body is another one by now.
 * @returns undefined where the server says that it is what it was; what is in the file means nothing then
 * @throws UserError naming URL and reason
 */
export function downloadIfChanged(
  url: string,
  file: string,
  options: DownloadOptions,
  known: Validators,
  env: Environment = process.env,
): Promise<Download | undefined> {
  return fetched(url, file, options, known, env);
}

async function fetched(url: string, file: string, options: DownloadOptions, known: Validators, env: Environment): Promise<Download | undefined> {
  if (!URL.canParse(url)) throw new UserError('bad-address', `${withoutSecrets(url)} is not an address`, { hint: 'check how it is written' });
  const into = await GrowingFile.create(file);
  try {
    const downloading = new Downloading(new URL(url), into, options, known, env);
    return await withRetries(() => downloading.attempt(), options.onRetry, options.attempts);
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    throw new UserError('download-failed', `Cannot download ${withoutSecrets(url)}: ${error.message}`, {
      ...(error.hint ? { hint: error.hint } : {}),
      cause: error,
    });
  } finally {
    await into.close();
  }
}

const headersForChange = ({ etag, lastModified }: Validators): OutgoingHttpHeaders => ({
  ...(etag === undefined ? {} : { 'if-none-match': etag }),
  ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
});

/** One download over all its attempts. */
class Downloading {
  readonly #url: URL;
  readonly #file: GrowingFile;
  readonly #options: DownloadOptions;
  /** By what the server is asked for a change. */
  readonly #ifChanged: OutgoingHttpHeaders;
  readonly #world: RequestWorld;
  /** What the last attempt left, where it can be gone on with. */
  #part: Part | undefined;

  constructor(url: URL, file: GrowingFile, options: DownloadOptions, known: Validators, env: Environment) {
    this.#url = url;
    this.#ifChanged = headersForChange(known);
    this.#file = file;
    this.#options = options;
    this.#world = { env, stalledAfterMs: options.stalledAfterMs ?? STALLED_AFTER_MS };
  }

  async attempt(): Promise<Download | undefined> {
    const all = this.#part ? headersForRest(this.#part) : this.#ifChanged;
    const answer = await follow(this.#url, { all, own: this.#options.ownHeaders }, this.#world);
    try {
      if (answer.status === 304 && !this.#part && Object.keys(all).length > 0) return undefined;
      await this.#read(answer, await this.#begin(answer));
    } finally {
      // What is not read of a refused answer is not waited for.
      answer.body.destroy();
    }
    const { etag, 'last-modified': lastModified } = answer.headers;
    return {
      sha256: await this.#file.finish(),
      bytes: this.#file.bytes,
      contentType: answer.headers['content-type'] ?? 'unknown',
      finalUrl: answer.url.href === this.#url.href ? withoutSecrets(this.#url.href) : shownAddress(answer.url),
      validators: { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) },
    };
  }

  /** Makes the file ready for what an answer brings. @returns the length of the whole body, where it is known */
  async #begin(answer: Followed): Promise<number | undefined> {
    const { status, headers } = answer;
    const part = this.#part;
    const rest = part && status === 206 ? totalOfRest(headers, part) : undefined;
    if (rest !== undefined) return this.#allowed(rest);
    if (part && (status === 206 || status === 416)) {
      this.#part = undefined;
      throw new RequestFailure('the rest does not belong to what came before', { passing: true });
    }
    if (status < 200 || status > 299 || status === 206) throw statusFailure(answer);
    this.#part = undefined;
    if (this.#file.bytes > 0) await this.#file.empty();
    return this.#allowed(headers['content-length'] === undefined ? undefined : Number(headers['content-length']));
  }

  #allowed(total: number | undefined): number | undefined {
    const { maxBytes } = this.#options;
    if (total === undefined || total <= maxBytes) return total;
    throw new UserError('too-large', `${withoutSecrets(this.#url.href)} is ${total} bytes, more than the ${maxBytes} that are allowed`);
  }

  async #read({ headers, body }: Followed, total: number | undefined): Promise<void> {
    const { maxBytes, onProgress } = this.#options;
    const validator = this.#part?.validator ?? validatorOf(headers);
    const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await chunks.next().catch((error: unknown) => {
        const bytes = this.#file.bytes;
        if (validator !== undefined && bytes > 0) this.#part = { bytes, total, validator };
        if (error instanceof RequestFailure) throw error;
        throw new RequestFailure(`the connection broke after ${bytes} bytes`, { passing: true, cause: error });
      });
      if (done) break;
      if (this.#file.bytes + value.length > maxBytes)
        throw new UserError('too-large', `${withoutSecrets(this.#url.href)} is more than the ${maxBytes} bytes that are allowed`);
      await this.#file.append(value);
      onProgress?.(this.#file.bytes, total);
    }
    if (total !== undefined && this.#file.bytes !== total) {
      this.#part = undefined;
      throw new RequestFailure(`${this.#file.bytes} of ${total} bytes came`, { passing: true });
    }
  }
}
