import type { IncomingHttpHeaders } from 'node:http';
import { ask } from './ask.ts';
import { RequestFailure } from './failure.ts';
import { follow, type Headers } from './follow.ts';
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
  /** Is posted: redirects are not followed then, as it may hold a secret. */
  readonly form?: URLSearchParams;
  readonly onRetry?: ((reason: string, seconds: number) => void) | undefined;
}

const STALLED_AFTER_MS = 30_000;

/**
 * Asks for something small, by the rules of a download. Failures that may pass are tried again; whatever else a server answers is given back, for whoever
 * asked to judge.
 * @throws RequestFailure
 */
export function exchange(url: URL, { all, own, maxBytes, form, onRetry }: ExchangeOptions, env: Environment = process.env): Promise<Exchanged> {
  const world = { env, stalledAfterMs: STALLED_AFTER_MS };
  return withRetries(async () => {
    const answer = form ? { ...(await ask(url, { ...all, ...own }, world, form)), notTold: undefined } : await follow(url, { all, own }, world);
    try {
      const failure = answer.status >= 400 ? statusFailure(answer) : undefined;
      if (failure?.passing) throw failure;
      const { status, headers } = answer;
      return { url: answer.url, status, headers, body: await wholeBody(answer.body, maxBytes) };
    } finally {
      answer.body.destroy();
    }
  }, onRetry);
}

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
