import type { OutgoingHttpHeaders } from 'node:http';
import { STALLED_AFTER_MS } from './connect.ts';
import { follow } from './follow.ts';
import type { Environment } from './proxy.ts';
import { withRetries } from './retry.ts';
import { statusFailure } from './status-failure.ts';

/** What a server says of a body, without the body. */
export interface Looked {
  /** As known, another by now, or not there. */
  readonly state: 'unchanged' | 'there' | 'gone';
  readonly etag: string | undefined;
  readonly bytes: number | undefined;
}

export interface LookOptions {
  /** By which it is known. */
  readonly etag?: string | undefined;
  /** Headers for the origin of the address, and nobody else. */
  readonly ownHeaders?: OutgoingHttpHeaders | undefined;
  readonly attempts?: number;
}

/**
 * Asks for the ETag and the length of what an address gives. The body is asked for, and left: addresses that are signed for one method often lead on to it.
 * @throws RequestFailure for what cannot be asked
 */
export function look(url: URL, { etag, ownHeaders, attempts }: LookOptions, env: Environment = process.env): Promise<Looked> {
  return withRetries(
    async () => {
      const answer = await follow(
        url,
        { all: etag === undefined ? {} : { 'if-none-match': etag }, own: ownHeaders },
        { env, stalledAfterMs: STALLED_AFTER_MS },
      );
      answer.body.destroy();
      const { status, headers } = answer;
      if (status === 304) return { state: 'unchanged', etag, bytes: undefined };
      if (status === 404 || status === 410) return { state: 'gone', etag: undefined, bytes: undefined };
      if (status < 200 || status > 299) throw statusFailure(answer);
      const length = headers['content-length'];
      return { state: 'there', etag: headers.etag, bytes: length === undefined ? undefined : Number(length) };
    },
    undefined,
    attempts,
  );
}
