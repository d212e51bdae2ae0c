import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errorLine, isUserError } from '../../../errors.ts';
import type { Environment } from '../../../home/layout.ts';
import { writeDurably } from '../../../system/durable.ts';
import { makeFolder } from '../../../system/make-folder.ts';
import { SETTINGS_BYTES, smallBytesIfThere } from '../../../system/small-file.ts';
import { passes } from '../filter.ts';
import type { EventHub } from '../hub.ts';
import type { Subscription } from '../queue.ts';
import { openSession, type Session } from './connection.ts';
import { Cursor } from './cursor.ts';
import { Outbox } from './outbox.ts';
import { publishAll } from './publish.ts';
import { FROM_NATS, lostEvent, receiveAll } from './receive.ts';
import { RecentIds } from './recent-ids.ts';
import type { NatsSettings } from './settings.ts';

/** Before the first attempt to connect anew; it doubles up to the second. */
const RETRY_MS = { first: 250, longest: 10_000 };
/** A connection that lasted so long was a good one. */
const GOOD_MS = 10_000;
/** How often it is written down how far sending and reading are. */
const SAVE_MS = 1000;

export type NatsState = 'misconfigured' | 'connecting' | 'connected' | 'disconnected';

/** How the connection is. */
export interface NatsStatus {
  /** Of the server, without anything secret. */
  readonly url: string;
  readonly state: NatsState;
  readonly stream: string;
  /** Events that wait to be sent. */
  readonly outbox: number;
  readonly sent: number;
  readonly received: number;
  /** Events that were left out. */
  readonly dropped: number;
  readonly lastError: string | null;
}

export interface NatsLinkOptions {
  readonly settings: NatsSettings;
  /** Of the home's data; made where it is missing. */
  readonly folder: string;
  readonly home: string;
  readonly hub: EventHub;
  readonly env: Environment;
  /** Told what people may want to know. */
  readonly onNote: (text: string) => void;
}

/** Keeps a home's events and those of others together, by way of a stream of NATS: sends, receives, and connects anew for as long as it takes. Nobody waits for it. */
export class NatsLink {
  readonly #options: NatsLinkOptions;
  readonly #outbox: Outbox;
  readonly #cursor: Cursor;
  readonly #home: string;
  readonly #subscription: Subscription;
  readonly #recent = new RecentIds();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  readonly #saving: NodeJS.Timeout;
  #state: NatsState = 'connecting';
  #session: Session | undefined;
  #waiting: ((session: Session | undefined) => void)[] = [];
  #sent = 0;
  #received = 0;
  #lastError: string | undefined;
  #noted: string | undefined;

  /** Begins at once; connects by and by. @throws what the disk refuses */
  constructor(options: NatsLinkOptions) {
    this.#options = options;
    const { folder, hub, onNote } = options;
    const outbox = join(folder, 'outbox');
    makeFolder(outbox, 0o700);
    this.#home = homeName(folder, options.home);
    this.#cursor = new Cursor(join(folder, 'cursor.json'));
    this.#outbox = new Outbox({
      folder: outbox,
      onNote,
      onLost: (count) => void hub.publish(lostEvent(count, 'the outbox was full'), { from: '' }),
    });
    this.#subscription = hub.subscribe(
      {
        name: 'nats',
        wants: (event, from) => from !== FROM_NATS && passes(options.settings.filters, event),
        tell: (published) => {
          this.#outbox.add(published);
          return undefined;
        },
      },
      // It is written down at once and never waits: what is bounded is the outbox.
      { events: Number.POSITIVE_INFINITY, length: Number.POSITIVE_INFINITY },
    );
    this.#saving = setInterval(() => this.#save(), SAVE_MS);
    this.#running = this.#run();
  }

  get status(): NatsStatus {
    return {
      url: this.#session?.url ?? this.#options.settings.servers.join(', '),
      state: this.#state,
      stream: this.#options.settings.stream,
      outbox: this.#outbox.length,
      sent: this.#sent,
      received: this.#received,
      dropped: this.#outbox.lost,
      lastError: this.#lastError ?? null,
    };
  }

  /** The connection as it is now, or the next one; undefined once there will be none. */
  session(): Promise<Session | undefined> {
    if (this.#closing.signal.aborted) return Promise.resolve(undefined);
    if (this.#session?.ended.aborted === false) return Promise.resolve(this.#session);
    return new Promise((done) => this.#waiting.push(done));
  }

  /** Sends what there is time for, and ends. What is left is sent the next time. */
  async close(timeoutMs: number): Promise<void> {
    this.#subscription.end();
    const until = Date.now() + timeoutMs;
    while (this.#session !== undefined && this.#outbox.length > 0 && Date.now() < until) await wait(5);
    this.#closing.abort();
    await this.#session?.close();
    await this.#running;
    clearInterval(this.#saving);
    this.#save();
    this.#outbox.close();
    this.#state = 'disconnected';
    for (const done of this.#waiting) done(undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let delay = RETRY_MS.first; !signal.aborted; delay = Math.min(delay * 2, RETRY_MS.longest)) {
      const since = Date.now();
      try {
        await this.#connected();
      } catch (error) {
        if (!signal.aborted) this.#onError(error);
      }
      if (Date.now() - since > GOOD_MS) delay = RETRY_MS.first;
      // Homes that lost a server together do not come back together.
      await wait(delay * (0.8 + Math.random() * 0.4), undefined, { signal }).catch(() => {});
    }
  }

  /** One connection, from its beginning to its end. @throws Error why it ended */
  async #connected(): Promise<void> {
    const { settings, env, hub } = this.#options;
    const session = await openSession(settings, `tool ${this.#home}`, env);
    if (this.#closing.signal.aborted) return session.close();
    this.#session = session;
    this.#state = 'connected';
    if (this.#noted !== undefined) this.#options.onNote('NATS is reached again');
    this.#noted = undefined;
    for (const done of this.#waiting.splice(0)) done(session);
    const sending = publishAll(session, {
      outbox: this.#outbox,
      home: this.#home,
      onSent: () => this.#sent++,
      onGivenUp: (why) => {
        this.#options.onNote(`an event was not sent to NATS: ${why}`);
        hub.publish(lostEvent(1, why), { from: '' });
      },
    });
    const receiving = receiveAll(session, { hub, cursor: this.#cursor, home: this.#home, recent: this.#recent, onReceived: () => this.#received++ });
    try {
      await Promise.race([sending, receiving]);
      session.ended.throwIfAborted();
      throw new Error('the stream ended');
    } finally {
      this.#session = undefined;
      this.#state = 'disconnected';
      await session.close();
      await Promise.allSettled([sending, receiving]);
    }
  }

  #onError(error: unknown): void {
    this.#state = 'disconnected';
    this.#lastError = isUserError(error) ? errorLine(error) : String((error as Error | undefined)?.message || error);
    if (this.#noted === this.#lastError) return;
    this.#noted = this.#lastError;
    this.#options.onNote(`NATS: ${this.#lastError}; events wait to be sent`);
  }

  #save(): void {
    try {
      this.#cursor.save();
    } catch (error) {
      this.#onError(error);
    }
    this.#outbox.save();
  }
}

/** What a home is called in the stream: by a number that it drew, the machine and its place, so that the copy of a home is another. */
function homeName(folder: string, home: string): string {
  const file = join(folder, 'home-id');
  let drawn = smallBytesIfThere(file, SETTINGS_BYTES)?.toString().trim();
  if (!drawn) {
    drawn = randomBytes(16).toString('hex');
    writeDurably(file, `${drawn}\n`, 0o600);
  }
  return createHash('sha256').update(`${drawn}\0${hostname()}\0${home}`).digest('hex').slice(0, 16);
}
