import { type EventSettings, eventSettings } from '../../config/event-settings.ts';
import { settingsPath } from '../../config/settings.ts';
import { errorLine, isUserError } from '../../errors.ts';
import type { Environment } from '../../home/layout.ts';
import { statOrNothing } from '../../system/links.ts';
import { eventOf } from '../models.ts';
import { readFilter } from './filter.ts';
import type { EventHub } from './hub.ts';
import type { Subscription } from './queue.ts';
import { Spool } from './spool.ts';
import type { Spooled } from './spooled.ts';
import { TriggerRule } from './trigger-rule.ts';

export interface BridgeOptions {
  readonly home: string;
  readonly spool: string;
  readonly packagePath: string;
  readonly env: Environment;
  readonly onNote: (text: string) => void;
}

/** The rules that count, by what is said of them. */
type Rules = Map<string, { readonly rule: TriggerRule; readonly subscription: Subscription }>;

/** Events that wait for a trigger. */
const MOST_WAITING = 10_000;
/** How often tool.toml is looked at for rules that have changed. */
const LOOKED_AT_EVERY_MS = 1000;

/** What leads from commands and triggers to events, by the spool of the home, and from events to triggers, by the rules in its tool.toml. */
export class EventBridge {
  readonly #hub: EventHub;
  readonly #options: BridgeOptions;
  readonly #spool: Spool;
  #rules: Rules = new Map();
  #settingsSeen: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #saidCircle = false;

  constructor(hub: EventHub, options: BridgeOptions) {
    this.#hub = hub;
    this.#options = options;
    this.#spool = new Spool(options.spool, { onEvent: (spooled) => this.#publish(spooled), onLost: (count, why) => this.#lost(count, why) });
  }

  /** Begins, with the rules of tool.toml. A spool that cannot be used is told of, and commands and triggers become no events. */
  async open(): Promise<void> {
    this.#readRules();
    this.#timer = setInterval(() => this.#readRules(), LOOKED_AT_EVERY_MS);
    try {
      await this.#spool.open();
    } catch (error) {
      this.#options.onNote(`Commands and triggers become no events: ${isUserError(error) ? errorLine(error) : (error as Error).message}`);
    }
  }

  /** Publishes all that was put into the spool before. */
  drain(): Promise<void> {
    return this.#spool.drain();
  }

  /** Takes no more from commands and triggers. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#spool.close();
  }

  /** Fires no more triggers, and ends those that run. */
  endTriggers(): void {
    for (const { rule } of this.#rules.values()) rule.end();
  }

  #publish({ event, hops }: Spooled): void {
    const result = this.#hub.publish(event, { from: '', hops });
    if ('id' in result) return;
    const name = `${event.Type}.${event.Action}.${event.Key}`.slice(0, 500);
    if (result.refused !== 'too-many-hops') this.#lost(1, `${name} was refused: ${result.refused}`);
    else if (!this.#saidCircle) {
      this.#saidCircle = true;
      this.#options.onNote(`${name} is not published: triggers and events have set off one another too often`);
    }
  }

  #lost(count: number, why: string): void {
    this.#options.onNote(`${count === 1 ? '1 event was' : `${count} events were`} lost: ${why}`);
    this.#hub.publish(eventOf('events', 'dropped', 'spool', 'supervisor', { Count: count, Reason: why }), { from: '' });
  }

  /** Takes the rules of tool.toml where it has changed. One that cannot be understood is told of, and leaves them as they are. */
  #readRules(): void {
    const { home } = this.#options;
    const stat = statOrNothing(settingsPath(home));
    const seen = stat === undefined ? '' : `${stat.mtimeMs} ${stat.ino} ${stat.size}`;
    if (seen === this.#settingsSeen) return;
    this.#settingsSeen = seen;
    try {
      this.#useRules(eventSettings(home));
    } catch (error) {
      if (!isUserError(error)) throw error;
      this.#options.onNote(`The rules in tool.toml stay as they were: ${errorLine(error)}`);
    }
  }

  /** @throws UserError for a bad filter */
  #useRules({ toTriggers, triggerMs }: EventSettings): void {
    const wanted = toTriggers.map(({ filter, trigger }) => ({ said: JSON.stringify([filter, trigger, triggerMs]), filter: readFilter(filter), trigger }));
    const rules: Rules = new Map();
    for (const { said, filter, trigger } of wanted) {
      const known = this.#rules.get(said);
      this.#rules.delete(said);
      rules.set(said, known ?? this.#subscribe(new TriggerRule(filter, trigger, { ...this.#options, timeoutMs: triggerMs })));
    }
    for (const { subscription } of this.#rules.values()) subscription.end();
    this.#rules = rules;
  }

  #subscribe(rule: TriggerRule): { rule: TriggerRule; subscription: Subscription } {
    return { rule, subscription: this.#hub.subscribe(rule, { events: MOST_WAITING }) };
  }
}
