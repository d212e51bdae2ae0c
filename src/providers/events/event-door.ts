import { ApiError } from '../api/http.ts';
import { type EventModel, errorModel, eventOf } from '../models.ts';
import type { EventHub, Refusal } from './hub.ts';
import { RateGuard } from './rate-guard.ts';

const ANSWERS: Readonly<Record<Refusal, readonly [status: number, message: string]>> = {
  unwritable: [400, 'the event is nested too deeply'],
  'too-many-hops': [400, 'the event came about by too many others'],
  closed: [503, 'the supervisor ends'],
};

/** Takes events of those outside: of instances no more than so many in a second, so that one that answers events by events does not keep all others busy. */
export class EventDoor {
  readonly #hub: EventHub;
  readonly #guard = new RateGuard();
  /** Lines of logs that became no events since the last that did, by instance. */
  readonly #unheard = new Map<string, number>();

  constructor(hub: EventHub) {
    this.#hub = hub;
  }

  /**
   * Publishes an event.
   * @param from an instance's name; empty for the owner, who is not bounded
   * @returns its id
   * @throws ApiError 429 for too many in a second, and for an event that nobody can be told of
   */
  publish(event: EventModel, from: string): string {
    if (from !== '' && !this.#guard.admits(from, performance.now()))
      throw new ApiError(429, errorModel(429, [`${from} publishes too many events; try again`], { type: 'POST' }), { 'retry-after': '1' });
    const result = this.#hub.publish(event, { from });
    if ('id' in result) return result.id;
    const [status, message] = ANSWERS[result.refused];
    throw new ApiError(status, errorModel(status, [message], { type: 'POST' }));
  }

  /** Publishes a line of an instance's log. Its writer is not told of too many: the next that is published follows an event that counts them. */
  publishLine(event: EventModel, instance: string): void {
    const unheard = this.#unheard.get(instance) ?? 0;
    if (!this.#guard.admits(`log of ${instance}`, performance.now())) {
      this.#unheard.set(instance, unheard + 1);
      return;
    }
    this.#unheard.delete(instance);
    if (unheard > 0) this.#hub.publish(eventOf('events', 'refused', instance, 'supervisor', { Count: unheard }), { from: instance });
    this.#hub.publish(event, { from: instance });
  }
}
