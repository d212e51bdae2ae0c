import type { Asked } from '../api/http.ts';
import { LineAnswer } from '../api/line-answer.ts';
import { passes, readFilter } from './filter.ts';
import type { EventHub } from './hub.ts';
import { type Nats, NO_NATS } from './nats/open-nats.ts';
import { answerReplay } from './nats/replay-stream.ts';
import { type PublishedEvent, withId } from './queue.ts';
import type { Readers } from './readers.ts';

/** Streams of events as lines of JSON, for as long as somebody reads them. */
export class EventStreams {
  readonly #hub: EventHub;
  readonly #nats: () => Nats;
  readonly #beatMs: number | undefined;
  readonly #readers: Readers;
  readonly #shown: (published: PublishedEvent) => string;

  /** @param nats what there is of NATS, when it is asked @param shown how an event is written, as JSON on one line */
  constructor(hub: EventHub, readers: Readers, nats: () => Nats = () => NO_NATS, beatMs?: number, shown: (published: PublishedEvent) => string = withId) {
    this.#hub = hub;
    this.#readers = readers;
    this.#nats = nats;
    this.#beatMs = beatMs;
    this.#shown = shown;
  }

  /**
   * Answers with the events that pass one of the filters `?filter=T.A.K`, one a line; all of them where none is given. With `?since=POINT` they are those of the stream of NATS from there on.
   * @throws ApiError 429 for too many that read, 501 and 503 where no stream of NATS is reached, UserError for a bad filter or point
   */
  readonly answer = ({ caller, query, response }: Asked): void => {
    const filters = query().getAll('filter').map(readFilter);
    const since = query().get('since');
    const lines = new LineAnswer(response, this.#beatMs);
    const reader = this.#readers.enter(caller, () => void lines.end());
    if (since !== null) {
      answerReplay(this.#nats(), since, filters, { response, lines, onEnd: () => reader.leave() });
      return;
    }
    // Whoever has the headers misses nothing from then on.
    const subscription = this.#hub.subscribe({
      name: reader.name,
      wants: (event) => passes(filters, event),
      tell: (published) => lines.write(`${this.#shown(published)}\n`),
      close: () => lines.end(),
    });
    lines.begin(() => {
      subscription.end();
      reader.leave();
    });
  };
}
