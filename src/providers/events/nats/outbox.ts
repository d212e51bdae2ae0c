import { errnoOf } from '../../../errors.ts';
import type { PublishedEvent } from '../queue.ts';
import { type KeptEvent, OutboxFiles } from './outbox-files.ts';

/** How much waits at most to be sent; what comes then is left out, until a tenth is free again. */
const USUAL_LIMITS = { events: 100_000, length: 64 << 20 };
const FREE_SHARE = 0.9;

/** An event that is to be sent, until the stream is known to have it. */
export interface Entry extends KeptEvent {
  /** Whether the stream may have it. */
  wasSent: boolean;
  /** If the stream has it, it is behind this sequence number. */
  after: number;
}

export interface OutboxOptions {
  readonly folder: string;
  /** Told once when events cannot be kept on disk. */
  readonly onNote: (text: string) => void;
  /** Told how many events were left out, when there is room again. */
  readonly onLost: (count: number) => void;
  readonly limits?: typeof USUAL_LIMITS;
}

/** The events of this home that are on their way into the stream: in order, on disk, bounded. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #limits: typeof USUAL_LIMITS;
  readonly #files: OutboxFiles;
  readonly #entries = new Map<number, Entry>();
  #length = 0;
  /** Of the first that is not known to be in the stream, of the next that is to be sent, and of the next that is added. */
  #first: number;
  #toSend: number;
  #next: number;
  /** The highest sequence number that an event was acknowledged with, and of which stream. */
  #sequence: number;
  #created: string | undefined;
  #lost = 0;
  #lostNow = 0;
  #isFull = false;
  #isNoted = true;
  #hasFault = false;
  /** Called when something was added. */
  onAdded: () => void = () => {};

  /** Opens the outbox in a folder, with what was left there. @throws what the disk refuses */
  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#limits = options.limits ?? USUAL_LIMITS;
    this.#files = new OutboxFiles(options.folder);
    const { kept, progress } = this.#files.load();
    for (const one of kept) this.#enter({ ...one, wasSent: true, after: progress.after });
    this.#sequence = progress.after;
    this.#created = progress.created;
    this.#next = Math.max(progress.next, ...(kept.length === 0 ? [] : [(kept.at(-1) as KeptEvent).number + 1]));
    this.#first = kept[0]?.number ?? this.#next;
    this.#toSend = this.#first;
  }

  /** How many events wait. */
  get length(): number {
    return this.#entries.size;
  }

  /** How many events were left out. */
  get lost(): number {
    return this.#lost;
  }

  /** Keeps an event until it is sent, or counts it as lost where there is no room. */
  add({ id, hops, json }: PublishedEvent): void {
    const isOver = (share: number): boolean => this.#entries.size >= this.#limits.events * share || this.#length + json.length > this.#limits.length * share;
    if (isOver(this.#isFull ? FREE_SHARE : 1)) {
      if (!this.#isFull) this.#options.onNote('the outbox for NATS is full: events are left out');
      this.#isFull = true;
      this.#lostNow++;
      this.#lost++;
      return;
    }
    if (this.#isFull) {
      const count = this.#lostNow;
      [this.#isFull, this.#lostNow] = [false, 0];
      // It tells of this by an event, which comes here in its turn.
      this.#options.onLost(count);
    }
    const entry: Entry = { number: this.#next++, id, hops, json, wasSent: false, after: 0 };
    this.#enter(entry);
    this.#onDisk(() => this.#files.add(entry));
    this.onAdded();
  }

  /** The next event to send; undefined where there is none. It counts as sent from now on. */
  take(): Entry | undefined {
    while (this.#toSend < this.#next) {
      const entry = this.#entries.get(this.#toSend++);
      if (entry === undefined) continue;
      if (!entry.wasSent) [entry.wasSent, entry.after] = [true, this.#sequence];
      return entry;
    }
    return undefined;
  }

  /** Those that were sent without an answer: the stream may have them or not. */
  get unanswered(): Entry[] {
    return [...this.#entries.values()].filter(({ wasSent }) => wasSent);
  }

  /** Begins again with the first that is not known to be in the stream. @param created when the stream was created that they go to */
  rewind(created: string): void {
    if (this.#created !== created) {
      [this.#created, this.#sequence] = [created, 0];
      for (const entry of this.#entries.values()) entry.after = 0;
    }
    this.#toSend = this.#first;
  }

  /** Forgets an event, as the stream has it. */
  acknowledge(number: number, sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence);
    this.#remove(number);
  }

  /** Forgets an event that the stream never takes; it counts as lost. */
  giveUp(number: number): void {
    this.#lost++;
    this.#remove(number);
  }

  /** Writes down how far the sending is, if that has changed, and has the disk keep what was added. */
  save(): void {
    this.#files.sync();
    if (this.#isNoted) return;
    this.#isNoted = true;
    const after = this.#entries.get(this.#first);
    this.#onDisk(() => this.#files.note({ next: this.#first, after: after?.wasSent ? after.after : this.#sequence, created: this.#created }));
  }

  close(): void {
    this.save();
    this.#files.close();
  }

  #enter(entry: Entry): void {
    this.#entries.set(entry.number, entry);
    this.#length += entry.json.length;
  }

  #remove(number: number): void {
    this.#length -= this.#entries.get(number)?.json.length ?? 0;
    this.#entries.delete(number);
    while (this.#first < this.#next && !this.#entries.has(this.#first)) this.#first++;
    this.#isNoted = false;
  }

  /** Does something on the disk; where that is refused, the events are in memory alone, and that is told once. */
  #onDisk(doIt: () => void): void {
    try {
      doIt();
    } catch (error) {
      if (!this.#hasFault) this.#options.onNote(`events for NATS are not kept on disk (${errnoOf(error) ?? error})`);
      this.#hasFault = true;
    }
  }
}
