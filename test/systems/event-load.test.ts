import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openControl } from '../../src/providers/api/doors.ts';
import { closeServer } from '../../src/providers/api/http.ts';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { nodeProvider, Supervising, until } from '../support/providers.ts';

/** All of them in `make soak`. */
const [EVENTS, INSTANCES, SENT] = process.env.CASES === 'all' ? [100_000, 20, 2000] : [6000, 3, 300];
const READERS = 10;
/** When which reader pauses; another number is another choice. */
const SEED = Number(process.env.SEED ?? 1);

/** Numbers below one that look random, the same for one seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function served() {
  const home = new Supervising();
  const control = await openControl(home.supervisor, { startedAt: new Date(), page: undefined, shutDown: () => {} });
  const socketPath = home.supervisor.run.control;
  return {
    home,
    socketPath,
    /** Publishes so many events by one request, as `event:publish --stdin` does. */
    async publish(count: number, query = ''): Promise<void> {
      const sent = request({ socketPath, path: `/control/events${query}`, method: 'POST', agent: false });
      function* pieces() {
        for (let number = 0; number < count; number++) yield `{"Type":"probe","Action":"tick","Key":"${number}"}\n`;
      }
      Readable.from(pieces()).pipe(sent);
      const [response] = await once(sent, 'response');
      response.resume();
      await once(response, 'close');
      expect(response.statusCode).toBe(200);
    },
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await closeServer(control);
    },
  };
}

/** What a reader received and what it was told to have lost, in order and without a gap. @returns how many were lost */
function lostBy({ events }: EventStream): number {
  let [next, lost] = [0, 0];
  for (const { Type, Key, Object: said } of events) {
    if (Type === 'events') {
      const { Count } = said as { Count: number };
      [next, lost] = [next + Count, lost + Count];
    } else if (Number(Key) !== next++) throw new Error(`${Key} came in the place of ${next - 1}`);
  }
  expect(next).toBe(EVENTS);
  return lost;
}

const isDone = (stream: EventStream) => stream.events.at(-1)?.Key === String(EVENTS - 1);

test(`${EVENTS} events, ${READERS} readers that pause now and then, and a publisher that is paced: none is lost, all are in order (SEED=${SEED})`, {
  timeout: 600_000,
}, async () => {
  await using world = await served();
  const streams = await Promise.all(Array.from({ length: READERS }, () => openStream(world, '/control/events?filter=probe')));
  const next = random(SEED);
  const pausing = setInterval(() => {
    const { response } = streams[Math.floor(next() * READERS)] as EventStream;
    response.pause();
    setTimeout(() => response.resume(), next() * 30);
  }, 10);
  await world.publish(EVENTS, '?wait');
  await until(() => streams.every(isDone), Boolean);
  clearInterval(pausing);
  expect(streams.map(lostBy)).toEqual(Array(READERS).fill(0));
  expect(world.home.supervisor.events.dropped).toBe(0);
  for (const stream of streams) await stream[Symbol.asyncDispose]();
});

test(`${EVENTS} events from a publisher that waits for nobody: each that a slow reader loses is counted, and told to it (SEED=${SEED})`, {
  timeout: 600_000,
}, async () => {
  await using world = await served();
  const streams = await Promise.all(Array.from({ length: READERS }, () => openStream(world, '/control/events?filter=probe')));
  const next = random(SEED);
  // Some read nothing until all is published, and some pause meanwhile.
  for (const { response } of streams.slice(0, 3)) response.pause();
  const pausing = setInterval(() => {
    const { response } = streams[3 + Math.floor(next() * 3)] as EventStream;
    response.pause();
    setTimeout(() => response.resume(), next() * 200);
  }, 10);
  await world.publish(EVENTS);
  clearInterval(pausing);
  for (const { response } of streams.slice(0, 3)) response.resume();
  await until(() => streams.every(isDone), Boolean);
  const lost = streams.map(lostBy);
  const { subscribers, dropped } = world.home.supervisor.events;
  expect(lost).toEqual(subscribers.map((one) => one.dropped));
  expect(dropped).toBe(lost.reduce((sum, one) => sum + one, 0));
  expect(Math.min(...lost.slice(0, 3))).toBeGreaterThan(0);
  for (const stream of streams) await stream[Symbol.asyncDispose]();
});

test(`${INSTANCES} instances with HasPublish are sent ${SENT} events each, in order`, { timeout: 600_000 }, async () => {
  await using world = await served();
  const counter = `let [count, inOrder] = [0, true]; on.publish = async ({ Type, Key }) => { if (Type === 'probe' && Number(Key) !== count++) inOrder = false; }; on.action.count = () => ({ count, inOrder });`;
  await world.home.provider(nodeProvider('counter', { HasPublish: true, AvailableActions: [{ Command: 'count' }] }, counter));
  const names = Array.from({ length: INSTANCES }, (_, index) => `counter-${index}`);
  for (const name of names) expect(await world.home.start(name, 'counter')).toMatchObject({ state: 'running' });
  await world.publish(SENT, '?wait');
  const counts = () =>
    Promise.all(
      names.map(async (name) => {
        const answer = await world.home.supervisor.known(name).act({ Command: 'count', Plugin: name, Model: {}, Params: {} }, 60_000);
        return answer.kind === 'answer' ? JSON.parse(answer.body) : answer;
      }),
    );
  await until(counts, (found) => found.every(({ count }) => count >= SENT));
  expect(await counts()).toEqual(Array(INSTANCES).fill({ count: SENT, inOrder: true }));
});
