import { eventOf } from '../../models.ts';
import type { EventHub } from '../hub.ts';
import type { Session } from './connection.ts';
import type { Cursor } from './cursor.ts';
import { readMessage } from './message.ts';
import { readStream } from './read-stream.ts';
import type { RecentIds } from './recent-ids.ts';

/** What events that come from the stream are from: no instance is called so. */
export const FROM_NATS = ':nats';
/** After so many events it is looked whether the subscribers keep up. */
const LOOKED_AFTER = 64;
/** For so long one that is slow is waited for each time, so that at least 500 events pass in a second. */
const PATIENCE_MS = 128;

export interface Receiving {
  readonly hub: EventHub;
  readonly cursor: Cursor;
  /** What this home's own messages say that they come from. */
  readonly home: string;
  readonly recent: RecentIds;
  readonly onReceived: () => void;
}

/** Has the subscribers of this home told of the events of others, for as long as the session lasts. @throws Error what the server says */
export async function receiveAll(session: Session, { hub, cursor, home, recent, onReceived }: Receiving): Promise<void> {
  const { from, missed } = cursor.enter(session.stream);
  if (missed > 0) hub.publish(lostEvent(missed, 'the stream no longer had them'), { from: FROM_NATS });
  let sinceLook = 0;
  for await (const message of readStream(session, from)) {
    const received = readMessage(message);
    if (received !== undefined && received.home !== home && recent.isNew(received.id)) {
      const { id, hops, event } = received;
      hub.publish(event, { from: FROM_NATS, id, hops });
      onReceived();
      if (++sinceLook % LOOKED_AFTER === 0) await hub.untilRoom(PATIENCE_MS);
    }
    cursor.advance(message.seq);
  }
}

/** What tells of events that were lost on their way to or from the stream. */
export const lostEvent = (count: number, why: string) => eventOf('events', 'dropped', 'nats', 'supervisor', { Count: count, Reason: why });
