import type { EventModel } from '../models.ts';
import { Fifo } from './fifo.ts';

/** How many events wait for one that is slow, and how many characters of JSON, as an event may be as long as a request; the oldest make room. */
export const USUAL_LIMITS: QueueLimits = { events: 1000, length: 32 << 20 };

/** An event as it is passed on. */
export interface PublishedEvent {
  /** No other event has it, of this home or another. */
  readonly id: string;
  readonly event: EventModel;
  /** The event as JSON, written once for all who are told. */
  readonly json: string;
  /** Whose it is: an instance's name, empty for the host's and the owner's; another source has a name that no instance can have, such as `:nats`. */
  readonly from: string;
  /** How often it has passed from a trigger to an event, or back. */
  readonly hops: number;
}

/** An event as those outside see it: what it is, with its id in front, as JSON. */
export const withId = ({ id, json }: Pick<PublishedEvent, 'id' | 'json'>): string => `{"Id":${JSON.stringify(id)},${json.slice(1)}`;

/** Somebody who is told of events, one after another. */
export interface Subscriber {
  /** What drops are announced under. */
  readonly name: string;
  /** Whether it is to be told of an event; of all but its own, where this is left out. */
  wants?(event: EventModel, from: string): boolean;
  /** Tells it, and is done when the next may come; with false where it could not be told, which counts as a drop. Never rejects. One that gives undefined instead was told, and is told of each event before whoever publishes it goes on. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to say
  tell(published: PublishedEvent): Promise<void | false> | undefined;
  /** Told once nothing more will come, and all that waited was told. Never rejects. */
  close?(): Promise<void>;
}

/** How much may wait for a subscriber. */
export interface QueueLimits {
  readonly events: number;
  /** In characters of JSON, all together. */
  readonly length: number;
}

/** What is known of a subscriber. What was meant for it is what it was told, what waits and what was dropped. */
export interface SubscriberStatus {
  readonly name: string;
  readonly told: number;
  readonly waiting: number;
  readonly dropped: number;
}

/** A subscriber that is being told of events, until it ends that. */
export interface Subscription {
  readonly status: SubscriberStatus;
  end(): void;
}

/** What a queue is part of. */
interface QueueWorld {
  /** The event that tells of drops. */
  readonly announce: (dropped: number) => PublishedEvent;
  readonly onEnd: () => void;
  /** Told whenever it is less than half full again, or has ended. */
  readonly onRoom: () => void;
}

/** What waits for one subscriber, in order and bounded. */
export class Queue implements Subscription {
  readonly subscriber: Subscriber;
  readonly #limits: QueueLimits;
  readonly #announce: (dropped: number) => PublishedEvent;
  readonly #waiting = new Fifo<PublishedEvent>();
  readonly #onEnd: () => void;
  readonly #onRoom: () => void;
  /** Of all that wait. */
  #length = 0;
  #isTelling = false;
  #telling: Promise<void> | undefined;
  #told = 0;
  #dropped = 0;
  #announced = 0;
  #hasEnded = false;

  constructor(subscriber: Subscriber, limits: QueueLimits, { announce, onEnd, onRoom }: QueueWorld) {
    this.subscriber = subscriber;
    this.#limits = limits;
    this.#announce = announce;
    this.#onEnd = onEnd;
    this.#onRoom = onRoom;
  }

  /** Whether it is less than half full. */
  get hasRoom(): boolean {
    return this.#waiting.length * 2 < this.#limits.events && this.#length * 2 < this.#limits.length;
  }

  get status(): SubscriberStatus {
    return { name: this.subscriber.name, told: this.#told, waiting: this.#waiting.length, dropped: this.#dropped };
  }

  end(): void {
    this.#hasEnded = true;
    this.#onEnd();
    this.#onRoom();
  }

  add(published: PublishedEvent): void {
    const { subscriber } = this;
    if (!(subscriber.wants?.(published.event, published.from) ?? published.from !== subscriber.name)) return;
    this.#waiting.push(published);
    this.#length += published.json.length;
    while (this.#waiting.length > this.#limits.events || this.#length > this.#limits.length) {
      this.#length -= this.#waiting.shift()?.json.length ?? 0;
      this.#dropped++;
    }
    if (!this.#isTelling) this.#telling = this.#tell();
  }

  /** Has it told of all that waits, and then that nothing more comes. */
  async close(): Promise<void> {
    await this.#telling;
    if (!this.#hasEnded) await this.subscriber.close?.();
  }

  #next(): PublishedEvent | undefined {
    const hadRoom = this.hasRoom;
    const next = this.#waiting.shift();
    this.#length -= next?.json.length ?? 0;
    if (!hadRoom && this.hasRoom) this.#onRoom();
    return next;
  }

  async #tell(): Promise<void> {
    this.#isTelling = true;
    while (!this.#hasEnded && (this.#waiting.length > 0 || this.#announced < this.#dropped)) {
      // What is dropped while it is told of drops comes behind the next, so that it gets on however many come.
      const next = this.#next();
      const lost = this.#dropped - this.#announced;
      if (lost > 0) {
        const told = this.subscriber.tell(this.#announce(lost));
        if ((told && (await told)) !== false) this.#announced += lost;
        // Who cannot be told is told with the next event.
        else if (next === undefined) break;
      }
      if (next === undefined || this.#hasEnded) continue;
      this.#told++;
      const told = this.subscriber.tell(next);
      if (told && (await told) === false) {
        this.#told--;
        this.#dropped++;
      }
    }
    this.#isTelling = false;
  }
}
