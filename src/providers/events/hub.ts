import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type EventModel, eventOf } from '../models.ts';
import { hopsHere, MOST_HOPS } from './hops.ts';
import { type PublishedEvent, Queue, type QueueLimits, type Subscriber, type SubscriberStatus, type Subscription, USUAL_LIMITS } from './queue.ts';

/** Where an event comes from. */
export interface Origin extends Pick<PublishedEvent, 'from'> {
  /** Its id, where it has one already. */
  readonly id?: string;
  /** Those of what goes on here, where this is left out. */
  readonly hops?: number;
}

/** Why an event was not passed on: it came about by too many others, it cannot be written as JSON, or the hub is closed. */
export type Refusal = 'too-many-hops' | 'unwritable' | 'closed';

/** Passes events on to whoever subscribes, each in their order, and has nobody wait for anybody: who is slow loses the oldest, and is told how many. */
export class EventHub {
  readonly #queues = new Set<Queue>();
  /** Of publishers that have their events wait. */
  readonly #waitingForRoom = new Set<() => void>();
  readonly #start = `${Date.now().toString(36)}${randomBytes(5).toString('hex')}`;
  #count = 0;
  #published = 0;
  /** Of subscribers that ended. */
  #droppedBefore = 0;
  #isClosed = false;

  /** Has somebody told of all that is published from now on. */
  subscribe(subscriber: Subscriber, limits: Partial<QueueLimits> = {}): Subscription {
    const queue = new Queue(
      subscriber,
      { ...USUAL_LIMITS, ...limits },
      {
        announce: (dropped) => this.#asPublished(eventOf('events', 'dropped', subscriber.name, 'supervisor', { Count: dropped }), { from: '' }),
        onEnd: () => {
          if (this.#queues.delete(queue)) this.#droppedBefore += queue.status.dropped;
        },
        onRoom: () => this.#onRoom(),
      },
    );
    this.#queues.add(queue);
    return queue;
  }

  /** Passes an event on. @returns its id, or why it was refused */
  publish(event: EventModel, origin: Origin): { readonly id: string } | { readonly refused: Refusal } {
    if (this.#isClosed) return { refused: 'closed' };
    if ((origin.hops ?? hopsHere()) > MOST_HOPS) return { refused: 'too-many-hops' };
    let published: PublishedEvent;
    try {
      published = this.#asPublished(event, origin);
    } catch {
      // JSON is read however deeply it is nested, and not written so.
      return { refused: 'unwritable' };
    }
    this.#published++;
    for (const queue of this.#queues) queue.add(published);
    return published;
  }

  /** Done once each subscriber's queue is less than half full, or the time is over: for a publisher that has its events wait rather than be dropped. */
  async untilRoom(withinMs?: number): Promise<void> {
    if (this.#hasRoom()) return;
    await new Promise<void>((done) => {
      const timer = withinMs === undefined ? undefined : setTimeout(goOn, withinMs);
      const waiting = this.#waitingForRoom;
      function goOn(): void {
        clearTimeout(timer);
        waiting.delete(goOn);
        done();
      }
      waiting.add(goOn);
    });
  }

  get published(): number {
    return this.#published;
  }

  /** Events that subscribers lost, those included that have ended. */
  get dropped(): number {
    return this.subscribers.reduce((sum, { dropped }) => sum + dropped, this.#droppedBefore);
  }

  get subscribers(): SubscriberStatus[] {
    return [...this.#queues].map(({ status }) => status);
  }

  /** Takes no more events; done when all subscribers were told of what waited, or the time is over. */
  async close(timeoutMs: number): Promise<void> {
    this.#isClosed = true;
    for (const goOn of this.#waitingForRoom) goOn();
    await Promise.race([Promise.all([...this.#queues].map((queue) => queue.close())), wait(timeoutMs, undefined, { ref: false })]);
  }

  #hasRoom(): boolean {
    return [...this.#queues].every((queue) => queue.hasRoom);
  }

  #onRoom(): void {
    if (this.#waitingForRoom.size === 0 || !this.#hasRoom()) return;
    for (const goOn of this.#waitingForRoom) goOn();
  }

  #asPublished(event: EventModel, { from, id, hops = hopsHere() }: Origin): PublishedEvent {
    return { id: id ?? `${this.#start}-${++this.#count}`, event, json: JSON.stringify(event), from, hops };
  }
}
