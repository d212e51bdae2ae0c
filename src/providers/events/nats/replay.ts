import { setTimeout as wait } from 'node:timers/promises';
import type { Session } from './connection.ts';
import { readMessage } from './message.ts';
import { readStream, sequenceAt } from './read-stream.ts';
import { lostEvent } from './receive.ts';
import { RecentIds } from './recent-ids.ts';
import type { Replayed, Since } from './since.ts';

/** What a replay is had from. */
export interface Sessions {
  /** The connection as it is now, or the next one; undefined once there will be none. */
  session(): Promise<Session | undefined>;
}

/** Before the stream is read again, where the server refused it. */
const AGAIN_MS = 1000;

/**
 * The events of the stream from a point on, those of this home too, and then those that come: each once and in the order of the stream, over as many connections as it takes.
 * @param signal ends it
 * @throws Error what the server says, before the first event
 */
export async function* replay(sessions: Sessions, since: Since, signal: AbortSignal): AsyncGenerator<Replayed> {
  const recent = new RecentIds();
  const aborted = new Promise<undefined>((done) => signal.addEventListener('abort', () => done(undefined)));
  let place: { next: number; created: string } | undefined;
  while (!signal.aborted) {
    const session = await Promise.race([sessions.session(), aborted]);
    if (session === undefined) return;
    try {
      const { name, created, first, last } = await session.facts();
      let next = place === undefined ? await beginning(session, since, last) : place.created === created ? place.next : 1;
      if (first > next && next > 1) yield { sequence: undefined, id: `${name}-lost-${first}`, event: lostEvent(first - next, GONE) };
      next = Math.max(next, first);
      place = { next, created };
      for await (const message of readStream(session, next, { signal })) {
        place.next = message.seq + 1;
        const received = readMessage(message);
        if (received !== undefined && recent.isNew(received.id)) yield { sequence: message.seq, id: received.id, event: received.event };
      }
    } catch (error) {
      if (place === undefined && !session.ended.aborted) throw error;
      await Promise.race([wait(AGAIN_MS), aborted]);
    }
  }
}

const GONE = 'the stream no longer had them';

async function beginning(session: Session, since: Since, last: number): Promise<number> {
  // Where a number is still to come, what comes before it is not left out.
  return 'time' in since ? sequenceAt(session, since.time) : Math.min(since.sequence, last + 1);
}
