import type { IncomingHttpHeaders } from 'node:http';
import { STALLED_AFTER_MS } from './connect.ts';
import { RequestFailure } from './failure.ts';
import { type Followed, follow, type Headers } from './follow.ts';
import type { Environment } from './proxy.ts';
import { withRetries } from './retry.ts';
import { statusFailure } from './status-failure.ts';

/** What a server said, with all of a small body. */
export interface Exchanged {
  /** Where it came from in the end, behind all redirects. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ExchangeOptions extends Headers {
  /** More than this is refused. */
  readonly maxBytes: number;
  readonly onRetry?: ((reason: string, seconds: number) => void) | undefined;
}

/**
 * Asks for something small by GET, by the rules of a download; for other methods there is `send`. Failures that may pass are tried again; whatever else a server answers is given back, for whoever
 * asked to judge.
 * @throws RequestFailure
 */
export function exchange(url: URL, { all, own, maxBytes, onRetry }: ExchangeOptions, env: Environment = process.env): Promise<Exchanged> {
  const world = { env, stalledAfterMs: STALLED_AFTER_MS };
  return withRetries(async () => wholeAnswer(await follow(url, { all, own }, world), maxBytes), onRetry);
}

/**
 * All of an answer, whatever its status, but for one that may be another the next time.
 * @param alsoPassing statuses that may pass besides those that always may
 * @throws RequestFailure
 */
export async function wholeAnswer(answer: Followed, maxBytes: number, alsoPassing: readonly number[] = []): Promise<Exchanged> {
  const { url, status, headers, body } = answer;
  try {
    const failure = status >= 400 ? statusFailure(answer, alsoPassing) : undefined;
    if (failure?.passing) throw failure;
    return { url, status, headers, body: await wholeBody(body, maxBytes) };
  } finally {
    body.destroy();
  }
}

/** All of a small body. @throws RequestFailure for a longer one, and for one that breaks off */
async function wholeBody(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new RequestFailure(`the answer is longer than ${maxBytes} bytes`, { hint: 'contact the operator of the server' });
      parts.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestFailure) throw error;
    throw new RequestFailure(`the connection broke after ${bytes} bytes`, { passing: true, cause: error });
  }
  return Buffer.concat(parts);
}
