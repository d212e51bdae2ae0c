import type { ServerResponse } from 'node:http';
import { isUserError } from '../../../errors.ts';
import { ApiError } from '../../api/http.ts';
import type { LineAnswer } from '../../api/line-answer.ts';
import { errorModel } from '../../models.ts';
import { type EventFilter, passes } from '../filter.ts';
import type { Nats } from './open-nats.ts';
import { type Replayed, readSince } from './since.ts';

/** Where the lines of a replay go. */
interface Reader {
  readonly response: ServerResponse;
  readonly lines: LineAnswer;
  readonly onEnd: () => void;
}

/**
 * Answers with the events of the stream of NATS from a point on that pass one of some filters, one a line, each with its number in the stream: for as long as the reader reads, no faster than it reads, over interruptions of the connection to NATS.
 * @throws ApiError 501 where there is no such stream, 503 where it is not reached; UserError for what is no point
 */
export function answerReplay(nats: Nats, since: string, filters: readonly EventFilter[], { response, lines, onEnd }: Reader): void {
  const ended = new AbortController();
  let events: AsyncGenerator<Replayed>;
  try {
    events = nats.replay(readSince(since, Date.now()), ended.signal);
  } catch (error) {
    onEnd();
    throw refused(error);
  }
  lines.begin(() => {
    ended.abort();
    onEnd();
  });
  void (async () => {
    try {
      for await (const { id, sequence, event } of events)
        if (passes(filters, event)) await lines.write(`${JSON.stringify({ Id: id, Sequence: sequence, ...event })}\n`);
      await lines.end();
    } catch {
      // Cut, so that nobody takes it for whole.
      response.destroy();
    }
  })();
}

function refused(error: unknown): unknown {
  if (!isUserError(error) || error.code === 'bad-value') return error;
  const status = error.code === 'try-again-later' ? 503 : 501;
  return new ApiError(status, errorModel(status, [error.message], { type: 'GET' }));
}
