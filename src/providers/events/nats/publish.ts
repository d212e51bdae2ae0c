import { withId } from '../queue.ts';
import type { Session } from './connection.ts';
import { HOME_HEADER, HOPS_HEADER, headerId, ID_HEADER } from './message.ts';
import type { Entry, Outbox } from './outbox.ts';
import { readStream } from './read-stream.ts';
import { subjectOf } from './subject.ts';

/** Events and bytes that are on their way at once. */
const WINDOW = { events: 512, bytes: 8 << 20 };
/** More than the headers and the subject of a message take. */
const OVERHEAD_BYTES = 4096;
/** JetStream's answer to what is larger than the stream takes. */
const TOO_LARGE = 10_054;

export interface Publishing {
  readonly outbox: Outbox;
  /** What the messages say that they come from. */
  readonly home: string;
  /** Told of each event that the stream has. */
  readonly onSent: () => void;
  /** Told of an event that the stream never takes. */
  readonly onGivenUp: (why: string) => void;
}

/**
 * Sends what is in the outbox and what comes into it, for as long as the session lasts. Never resolves.
 * @throws Error what stopped it: the session is to be ended, and another begun
 */
export async function publishAll(session: Session, publishing: Publishing): Promise<never> {
  publishing.outbox.rewind(session.stream.created);
  await settleUnanswered(session, publishing);
  const { headers } = await import('./library.ts');
  return new Promise((_, fail) => new Sender(session, publishing, headers, fail).sendSoon());
}

/** Finds out what became of the events that were sent without an answer: those that the stream has are done. The server's own look for doubles goes back two minutes only. */
async function settleUnanswered(session: Session, { outbox, onSent }: Publishing): Promise<void> {
  const unanswered = new Map(outbox.unanswered.map((entry) => [headerId(entry.id), entry]));
  if (unanswered.size === 0) return;
  let after = Number.POSITIVE_INFINITY;
  for (const entry of unanswered.values()) after = Math.min(after, entry.after);
  if (after >= session.stream.last) return;
  for await (const { headers, seq } of readStream(session, after + 1, { isHeadersOnly: true, isOver: true })) {
    const entry = unanswered.get(headers?.get(ID_HEADER) ?? '');
    if (entry === undefined) continue;
    outbox.acknowledge(entry.number, seq);
    onSent();
  }
  // A connection that ends in the middle ends the reading, too.
  session.ended.throwIfAborted();
}

/** Has a bounded number of events under way, in the order of the outbox. */
class Sender {
  readonly #session: Session;
  readonly #publishing: Publishing;
  readonly #headers: typeof import('./library.ts').headers;
  readonly #fail: (error: unknown) => void;
  #events = 0;
  #bytes = 0;
  #hasEnded = false;
  #isDue = false;

  constructor(session: Session, publishing: Publishing, headers: typeof import('./library.ts').headers, fail: (error: unknown) => void) {
    this.#session = session;
    this.#publishing = publishing;
    this.#headers = headers;
    this.#fail = fail;
    publishing.outbox.onAdded = () => this.sendSoon();
    const { ended } = session;
    if (ended.aborted) this.#end(ended.reason);
    ended.addEventListener('abort', () => this.#end(ended.reason));
  }

  /** Sends once all that came in this turn of the event loop is there: the client then writes it to the socket in one piece. */
  sendSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#send();
    });
  }

  #send(): void {
    while (!this.#hasEnded && this.#events < WINDOW.events && this.#bytes < WINDOW.bytes) {
      const entry = this.#publishing.outbox.take();
      if (entry === undefined) return;
      void this.#sendOne(entry);
    }
  }

  async #sendOne(entry: Entry): Promise<void> {
    const { outbox, home, onSent } = this.#publishing;
    const { client, stream, maxPayload } = this.#session;
    // As the stream of the API has it too.
    const body = Buffer.from(withId(entry));
    if (body.length + OVERHEAD_BYTES > maxPayload) return this.#giveUp(entry, `it has ${body.length} bytes, and the server takes ${maxPayload}`);
    const headers = this.#headers();
    headers.set(HOME_HEADER, home);
    if (entry.hops > 0) headers.set(HOPS_HEADER, String(entry.hops));
    this.#events++;
    this.#bytes += body.length;
    try {
      const { seq } = await client.publish(subjectOf(stream.subject, JSON.parse(entry.json)), body, { msgID: headerId(entry.id), headers });
      outbox.acknowledge(entry.number, seq);
      onSent();
    } catch (error) {
      if ((error as { code?: unknown }).code === TOO_LARGE) this.#giveUp(entry, 'it is larger than the stream takes');
      else this.#end(error);
    }
    this.#events--;
    this.#bytes -= body.length;
    this.sendSoon();
  }

  #giveUp(entry: Entry, why: string): void {
    this.#publishing.outbox.giveUp(entry.number);
    this.#publishing.onGivenUp(why);
  }

  #end(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#publishing.outbox.onAdded = () => {};
    this.#fail(error);
  }
}
