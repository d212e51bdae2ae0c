import type { OutgoingHttpHeaders } from 'node:http';
import { ask, type Sent } from './ask.ts';
import { STALLED_AFTER_MS } from './connect.ts';
import { type Exchanged, wholeAnswer } from './exchange.ts';
import type { Environment } from './proxy.ts';
import { withRetries } from './retry.ts';

/** A request that is made anew for each attempt: it may be signed for the time at which it is sent. */
export interface MadeRequest extends Sent {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
}

export interface SendOptions {
  /** More than this of an answer is refused. */
  readonly maxBytes: number;
  readonly onRetry?: ((reason: string, seconds: number) => void) | undefined;
  /** Further statuses that may pass. */
  readonly alsoPassing?: readonly number[];
  /** How often what may pass is tried; once for what cannot simply be sent again. */
  readonly attempts?: number | undefined;
  /** How long nothing may happen on a connection, in milliseconds. */
  readonly stalledAfterMs?: number;
}

/**
 * Sends a request of any method. Redirects are not followed: a signature is for one address, and a body may hold a secret. Failures that may pass are tried again; whatever else a
 * server answers is given back, for whoever asked to judge.
 * @throws RequestFailure
 */
export function send(make: () => Promise<MadeRequest>, options: SendOptions, env: Environment = process.env): Promise<Exchanged> {
  const { maxBytes, onRetry, alsoPassing, attempts, stalledAfterMs = STALLED_AFTER_MS } = options;
  const attempt = async (): Promise<Exchanged> => {
    const { url, headers, ...sent } = await make();
    return wholeAnswer({ ...(await ask(url, headers, { env, stalledAfterMs }, sent)), notTold: undefined }, maxBytes, alsoPassing);
  };
  return withRetries(attempt, onRetry, attempts);
}
