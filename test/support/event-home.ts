import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventHub } from '../../src/providers/events/hub.ts';
import { NatsLink } from '../../src/providers/events/nats/link.ts';
import { replay } from '../../src/providers/events/nats/replay.ts';
import { natsSettings } from '../../src/providers/events/nats/settings.ts';
import type { Since } from '../../src/providers/events/nats/since.ts';
import { type EventModel, eventOf } from '../../src/providers/models.ts';
import { until } from './providers.ts';

type Settings = Readonly<Record<string, unknown>>;

/** A home as far as its events go: a hub, its connection to NATS, and what a subscriber was told. */
export class EventHome implements AsyncDisposable {
  readonly folder: string;
  readonly hub = new EventHub();
  readonly notes: string[] = [];
  /** Events that came from NATS. */
  readonly heard: EventModel[] = [];
  readonly link: NatsLink;
  readonly #isMine: boolean;

  /** @param folder of a home that was there before, which stays */
  constructor(settings: Settings, folder?: string) {
    this.#isMine = folder === undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'tool-events-'));
    const read = natsSettings(this.folder, settings);
    if (read === undefined) throw new Error('the settings name no server');
    this.link = new NatsLink({
      settings: read,
      folder: this.folder,
      home: this.folder,
      hub: this.hub,
      env: process.env,
      onNote: (text) => this.notes.push(text),
    });
    this.hub.subscribe({ name: 'test', wants: (_, from) => from === ':nats', tell: async ({ event }) => void this.heard.push(event) });
  }

  get keys(): string[] {
    return this.heard.map(({ Key }) => Key);
  }

  /** A home that is connected. */
  static async connected(settings: Settings, folder?: string): Promise<EventHome> {
    const home = new EventHome(settings, folder);
    await until(
      () => home.link.status,
      ({ state }) => state === 'connected',
    );
    return home;
  }

  publish(key: string, object: unknown = null): void {
    this.hub.publish(eventOf('test', 'count', key, 'owner', object), { from: '' });
  }

  /** Waits until so many events came from NATS. */
  hears = (count: number) =>
    until(
      () => this.heard.length,
      (length) => length >= count,
    );

  /** Waits until all has been sent. */
  isSent = () =>
    until(
      () => this.link.status,
      ({ outbox }) => outbox === 0,
    );

  /** What a replay gives, until so many came. */
  async replayed(since: Since, count: number): Promise<EventModel[]> {
    const events: EventModel[] = [];
    const ended = new AbortController();
    for await (const { event } of replay(this.link, since, ended.signal)) {
      events.push(event);
      if (events.length === count) ended.abort();
    }
    return events;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.close(200);
    if (this.#isMine) rmSync(this.folder, { recursive: true });
  }
}
