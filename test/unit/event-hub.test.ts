import { expect, test } from 'vitest';
import { EventHub } from '../../src/providers/events/hub.ts';
import type { PublishedEvent, QueueLimits } from '../../src/providers/events/queue.ts';
import { RateGuard } from '../../src/providers/events/rate-guard.ts';
import { eventOf } from '../../src/providers/models.ts';

/** A hub with a subscriber that is told of nothing more until it is let go on. */
function slowSubscriber(limits: Partial<QueueLimits> = {}) {
  const hub = new EventHub();
  const told: PublishedEvent[] = [];
  let letGo: () => void = () => {};
  const gate = new Promise<void>((done) => {
    letGo = done;
  });
  const subscription = hub.subscribe(
    {
      name: 'slow',
      tell: async (published) => {
        told.push(published);
        await gate;
      },
    },
    limits,
  );
  /** What it was told, an announcement of drops as their number. */
  const seen = () => told.map(({ event }) => (event.Type === 'events' ? { dropped: (event.Object as { Count: number }).Count } : event.Key));
  return { hub, subscription, told, seen, letGo };
}

const numbered = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

test('what waits for one that is slow is bounded in length, the oldest make room, and their number is told in their place', async () => {
  const { hub, subscription, seen, letGo } = slowSubscriber();
  const text = 'x'.repeat(1 << 20);
  for (const key of numbered(0, 39)) hub.publish(eventOf('a', 'b', key, 'c', text), { from: 'other' });
  // The first is being told of; of the others, 31 have less than 32 MiB.
  expect([hub.dropped, subscription.status]).toEqual([8, { name: 'slow', told: 1, waiting: 31, dropped: 8 }]);
  letGo();
  await expect.poll(() => seen().length).toBe(33);
  expect(seen()).toEqual(['0', { dropped: 8 }, ...numbered(9, 39)]);
});

test('of a thousand and more that wait, the oldest make room; who asks for more room has it', async () => {
  for (const [limits, waiting] of [
    [{}, 1000],
    [{ events: 1500 }, 1500],
  ] as const) {
    const { hub, subscription, seen, letGo } = slowSubscriber(limits);
    for (const key of numbered(0, 2999)) hub.publish(eventOf('a', 'b', key, 'c', null), { from: '' });
    expect(subscription.status).toEqual({ name: 'slow', told: 1, waiting, dropped: 2999 - waiting });
    letGo();
    await expect.poll(() => seen().length).toBe(waiting + 2);
    expect(seen()).toEqual(['0', { dropped: 2999 - waiting }, ...numbered(3000 - waiting, 2999)]);
  }
});

test('what is received and what is announced as dropped is what was published, however the two are mixed', async () => {
  const hub = new EventHub();
  const seen: (number | string)[] = [];
  hub.subscribe(
    {
      name: 'uneven',
      tell: async ({ event }) => {
        seen.push(event.Type === 'events' ? (event.Object as { Count: number }).Count : event.Key);
        for (let turn = 0; turn < seen.length % 7; turn++) await new Promise(setImmediate);
      },
    },
    { events: 3 },
  );
  for (let number = 0; number < 2000; number++) {
    hub.publish(eventOf('a', 'b', String(number), 'c', null), { from: '' });
    if (number % 3 === 0) await new Promise(setImmediate);
  }
  await expect.poll(() => seen.at(-1)).toBe('1999');
  let next = 0;
  for (const one of seen) {
    if (typeof one === 'string') expect(Number(one)).toBe(next++);
    else next += one;
  }
  expect(next).toBe(2000);
  expect(seen.filter((one) => typeof one === 'string').length + hub.dropped).toBe(2000);
});

test('an event that is too long for all that may wait is announced too, though nothing follows it', async () => {
  const { hub, seen, letGo } = slowSubscriber({ length: 1000 });
  for (const text of ['', 'x'.repeat(2000)]) hub.publish(eventOf('a', 'b', 'k', 'c', text), { from: '' });
  letGo();
  await expect.poll(seen).toEqual(['k', { dropped: 1 }]);
});

test('nobody is told of its own events unless it asks for them, and who has ended is told of nothing', async () => {
  const hub = new EventHub();
  const told: string[] = [];
  const subscriber = (name: string, wants?: () => boolean) =>
    hub.subscribe({ name, ...(wants === undefined ? {} : { wants }), tell: async ({ event }) => void told.push(`${name} ${event.Key}`) });
  const [first] = [subscriber('one'), subscriber('two'), subscriber('all', () => true)];
  hub.publish(eventOf('a', 'b', '1', 'c', null), { from: 'one' });
  await expect.poll(() => told.splice(0)).toEqual(['two 1', 'all 1']);
  first.end();
  hub.publish(eventOf('a', 'b', '2', 'c', null), { from: 'two' });
  await expect.poll(() => told).toEqual(['all 2']);
});

test('each event has an id of its own, or the one that it came with; and of those that came about by others there is an end', () => {
  const [one, other] = [new EventHub(), new EventHub()];
  const event = eventOf('a', 'b', 'c', 'd', null);
  const ids = [one, one, other].map((hub) => (hub.publish(event, { from: '' }) as { id: string }).id);
  expect(new Set(ids).size).toBe(3);
  expect(one.publish(event, { from: ':nats', id: 'its-own' })).toMatchObject({ id: 'its-own' });
  expect(one.publish(event, { from: '', hops: 8 })).toHaveProperty('id');
  expect(one.publish(event, { from: '', hops: 9 })).toEqual({ refused: 'too-many-hops' });
  let deep: unknown = null;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(one.publish({ ...event, Object: deep }, { from: '' })).toEqual({ refused: 'unwritable' });
});

test('a hub that is closed tells what waits, then that nothing more comes, and waits for nobody longer than it is told', async () => {
  const hub = new EventHub();
  const told: string[] = [];
  const subscriber = (name: string, ms: number) => ({
    name,
    tell: async ({ event }: PublishedEvent) => {
      await new Promise((done) => setTimeout(done, ms));
      told.push(event.Key);
    },
    close: async () => void told.push(`${name} is told`),
  });
  hub.subscribe(subscriber('quick', 1));
  hub.subscribe({ ...subscriber('stuck', 0), tell: () => new Promise(() => {}) });
  for (const key of ['1', '2']) hub.publish(eventOf('a', 'b', key, 'c', null), { from: '' });
  await hub.close(200);
  expect(told).toEqual(['1', '2', 'quick is told']);
  expect(hub.publish(eventOf('a', 'b', '3', 'c', null), { from: '' })).toEqual({ refused: 'closed' });
});

test('one source may do so much at once, and again in each second; others are not held up', () => {
  const guard = new RateGuard();
  const admitted = (source: string, tries: number, now: number) => Array.from({ length: tries }, () => guard.admits(source, now)).filter(Boolean).length;
  expect([admitted('a', 3000, 0), admitted('b', 10, 0), admitted('a', 3000, 500), admitted('a', 5000, 60_000)]).toEqual([2000, 10, 1000, 2000]);
});

test('an event that a subscriber could not be told counts as dropped, and is announced in its place with the next', async () => {
  const hub = new EventHub();
  const seen: unknown[] = [];
  let isDown = true;
  const subscription = hub.subscribe({
    name: 'fragile',
    tell: async ({ event }) => {
      if (isDown) return false;
      seen.push(event.Type === 'events' ? event.Object : event.Key);
      return undefined;
    },
  });
  for (const key of ['1', '2']) hub.publish(eventOf('a', 'b', key, 'c', null), { from: '' });
  await expect.poll(() => subscription.status).toEqual({ name: 'fragile', told: 0, waiting: 0, dropped: 2 });
  isDown = false;
  for (const key of ['3', '4']) hub.publish(eventOf('a', 'b', key, 'c', null), { from: '' });
  await expect.poll(() => seen).toEqual([{ Count: 2 }, '3', '4']);
  expect(subscription.status).toEqual({ name: 'fragile', told: 2, waiting: 0, dropped: 2 });
});

test('one that nobody has to wait for is told of each event, however many come at once, before whoever publishes it goes on', () => {
  const hub = new EventHub();
  const told: string[] = [];
  hub.subscribe({
    name: 'kept',
    tell: ({ event: { Key } }) => {
      told.push(Key);
      // What it publishes meanwhile comes behind.
      if (Key === '1') hub.publish(eventOf('a', 'b', '1.5', 'owner', {}), { from: '' });
      return undefined;
    },
  });
  for (const key of ['0', '1', '2']) {
    hub.publish(eventOf('a', 'b', key, 'owner', {}), { from: '' });
    expect(told).toContain(key);
  }
  expect(told).toEqual(['0', '1', '1.5', '2']);
});
