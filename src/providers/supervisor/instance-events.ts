import type { EventHub } from '../events/hub.ts';
import type { Subscription } from '../events/queue.ts';
import type { Readers } from '../events/readers.ts';
import { eventOf } from '../models.ts';
import { isUp, type State } from './lifecycle.ts';
import type { Supervised } from './supervised.ts';

/** What events call a state that is reached, as Digital Rebar does. */
const STATE_EVENTS: Readonly<Partial<Record<State, string>>> = {
  starting: 'start',
  configuring: 'config',
  running: 'configed',
  stopping: 'stop',
  stopped: 'stopped',
  failed: 'failed',
  restarting: 'crashed',
};

/** What instances have to do with events: they are told of them while they run, and each state that they reach is one. */
export class InstanceEvents {
  readonly #hub: EventHub;
  readonly #readers: Readers;
  /** Of instances that are told of events. */
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(hub: EventHub, readers: Readers) {
    this.#hub = hub;
    this.#readers = readers;
  }

  /** Tells of the state that an instance has reached, and has it told of events, or not any more. */
  onState(one: Supervised): void {
    const { name, state, errors } = one.status;
    if (state !== 'running') {
      this.#subscriptions.get(name)?.end();
      this.#subscriptions.delete(name);
      if (!isUp(state)) this.#readers.end(name);
    } else if (one.current?.wanted.provider.definition.hasPublish && !this.#subscriptions.has(name)) this.#subscriptions.set(name, this.#hub.subscribe(one));
    const action = STATE_EVENTS[state];
    if (action !== undefined) this.#hub.publish(eventOf('plugins', action, name, 'supervisor', { Name: name, PluginErrors: errors }), { from: '' });
  }
}
