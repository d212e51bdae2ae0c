import { describe, expect, test } from 'vitest';
import { openApiPort, openControl } from '../../src/providers/api/doors.ts';
import { closeServer } from '../../src/providers/api/http.ts';
import { EventHub } from '../../src/providers/events/hub.ts';
import { Readers } from '../../src/providers/events/readers.ts';
import { EventStreams } from '../../src/providers/events/stream.ts';
import { eventOf } from '../../src/providers/models.ts';
import { openStream } from '../support/event-stream.ts';
import { nodeProvider, Supervising, until } from '../support/providers.ts';
import { serving } from '../support/serving.ts';

/** A home whose supervisor can be asked over its control socket. */
async function opened(settings = {}) {
  const home = new Supervising(settings);
  const control = await openControl(home.supervisor, { startedAt: new Date(), page: undefined, shutDown: () => {} });
  return {
    home,
    socketPath: home.supervisor.run.control,
    publish: (key: string, object: unknown = null) => home.supervisor.events.publish(eventOf('probe', 'tick', key, 'test', object), { from: '' }),
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await closeServer(control);
    },
  };
}

test('a stream has the events that pass its filters from when it is answered, one a line, each with its id', async () => {
  await using world = await opened();
  const { socketPath, publish } = world;
  publish('before');
  await using all = await openStream({ socketPath }, '/control/events');
  await using some = await openStream({ socketPath }, '/control/events?filter=probe.*.a.b&filter=none,probe.tick.c');
  expect([all.status, all.response.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  const ids = ['a', 'a.b', 'c'].map((key) => publish(key, { text: 'ä\n' })).map((result) => 'id' in result && result.id);
  await until(
    () => [all.events.length, some.events.length],
    ([one, other]) => one === 3 && other === 2,
  );
  expect(all.events.map(({ Id }) => Id)).toEqual(ids);
  expect(some.events.map(({ Key }) => Key)).toEqual(['a.b', 'c']);
  expect(Object.keys(all.events[0] ?? {})).toEqual(['Id', 'Time', 'Type', 'Action', 'Key', 'Principal', 'Object', 'Original']);
  expect(all.events[0]).toMatchObject({ Type: 'probe', Action: 'tick', Key: 'a', Principal: 'test', Object: { text: 'ä\n' }, Original: null });
  const bad = await openStream({ socketPath }, '/control/events?filter=a..b');
  await bad.ended;
  expect([bad.status, bad.lines[0]]).toEqual([400, expect.stringContaining('\\"a..b\\" is no filter of events: a part of it is empty')]);
});

test('who does not read loses the oldest, is told how many, and holds up nobody; all of them are counted', async () => {
  await using world = await opened();
  const { home, socketPath, publish } = world;
  await using slow = await openStream({ socketPath }, '/control/events');
  await using quick = await openStream({ socketPath }, '/control/events?filter=probe');
  slow.response.pause();
  const text = 'x'.repeat(1000);
  for (let number = 0; number < 8000; number++) {
    publish(String(number), text);
    if (number % 50 === 0)
      await until(
        () => quick.events.length,
        (length) => length >= number - 500,
      );
  }
  await until(
    () => quick.events.length,
    (length) => length === 8000,
  );
  expect(quick.events.map(({ Key }) => Number(Key))).toEqual(Array.from({ length: 8000 }, (_, index) => index));
  const { dropped } = home.supervisor.events;
  expect(dropped).toBeGreaterThan(1000);
  expect(home.supervisor.events.subscribers.map((one) => one.dropped)).toEqual([dropped, 0]);
  slow.response.resume();
  await until(
    () => slow.events.at(-1)?.Key,
    (key) => key === '7999',
  );
  let next = 0;
  for (const { Type, Key, Object: said } of slow.events) {
    if (Type === 'events') next += (said as { Count: number }).Count;
    else expect(Number(Key)).toBe(next++);
  }
  expect(next).toBe(8000);
  expect(slow.events.filter(({ Type }) => Type === 'events')).toEqual([
    expect.objectContaining({ Type: 'events', Action: 'dropped', Key: 'owner:1', Principal: 'supervisor', Object: { Count: dropped } }),
  ]);
});

test('empty lines say that the connection is well', async () => {
  const streams = new EventStreams(new EventHub(), new Readers(), undefined, 20);
  await using server = await serving((request, response) =>
    streams.answer({ caller: { kind: 'owner' }, request, response, params: {}, query: () => new URLSearchParams() }),
  );
  await using stream = await openStream({ port: server.port }, '/');
  await until(
    () => stream.lines.length,
    (length) => length > 2,
  );
  expect(new Set(stream.lines)).toEqual(new Set(['']));
});

test('it ends with its reader, and with the supervisor, then whole', async () => {
  await using world = await opened();
  const { home, socketPath, publish } = world;
  const gone = await openStream({ socketPath }, '/control/events');
  const stays = await openStream({ socketPath }, '/control/events');
  gone.response.destroy();
  await until(
    () => home.supervisor.events.subscribers.length,
    (length) => length === 1,
  );
  publish('last');
  await home.supervisor.stopAll();
  expect([await stays.ended, stays.events.map(({ Key }) => Key)]).toEqual([true, ['last']]);
});

test('there are so many streams at once, and no more', async () => {
  await using world = await opened();
  const streams = await Promise.all(Array.from({ length: 65 }, () => openStream({ socketPath: world.socketPath }, '/control/events')));
  expect(streams.map(({ status }) => status).sort()).toEqual([...Array(64).fill(200), 429]);
  for (const stream of streams) await stream[Symbol.asyncDispose]();
  await until(
    () => world.home.supervisor.events.subscribers.length,
    (length) => length === 0,
  );
  await using again = await openStream({ socketPath: world.socketPath }, '/control/events');
  expect(again.status).toBe(200);
});

describe('instances', () => {
  test('read events with their token, at the API port and at their own socket; nobody without one does', async () => {
    await using world = await opened();
    const { home, publish } = world;
    const port = await openApiPort({ host: '127.0.0.1', port: 0 });
    port.serve(home.supervisor);
    await home.provider(
      nodeProvider('reader', { AvailableActions: [{ Command: 'how' }] }, 'on.action.how = () => [process.env.RS_TOKEN, process.env.RS_LOCAL_PROXY];'),
    );
    await home.start('reader-1', 'reader');
    const answer = await home.supervisor.known('reader-1').act({ Command: 'how', Plugin: 'reader-1', Model: {}, Params: {} }, 5000);
    const [token, socketPath] = answer.kind === 'answer' ? JSON.parse(answer.body) : [];
    const at = { port: Number(new URL(port.url).port) };
    const headers = { authorization: `Bearer ${token}` };
    const streams = [
      await openStream({ ...at, headers }, '/api/v3/events/stream?filter=probe'),
      await openStream({ socketPath, headers }, '/api/v3/events/stream?filter=probe'),
    ];
    publish('k');
    for (const stream of streams)
      await until(
        () => stream.events.length,
        (length) => length === 1,
      );
    expect(home.supervisor.events.subscribers.map(({ name }) => name)).toEqual(['reader-1:1', 'reader-1:2']);
    for (const none of [at, { socketPath }]) expect((await openStream(none, '/api/v3/events/stream')).status).toBe(401);
    for (const stream of streams) await stream[Symbol.asyncDispose]();
    await port.close();
  });

  test('that publish too much are told so, and take nothing away from others', async () => {
    await using world = await opened();
    const { home, socketPath } = world;
    const flood = `const tell = (path, body) => host('POST', path, body); on.action.flood = async () => { const counts = {}; for (let round = 0; round < 50; round++) for (const { status } of await Promise.all(Array.from({ length: 100 }, (_, n) => tell('/publish', { Type: 'probe', Action: 'flood', Key: String(n) })))) counts[status] = (counts[status] ?? 0) + 1; return counts; };
    on.action.chatter = async () => { for (let n = 0; n < 3000; n++) await tell('/log', { Level: 'info', Message: 'line ' + n }); };
    on.action.once = async () => (await tell('/publish', { Type: 'probe', Action: 'once', Key: '' })).status;`;
    await home.provider(nodeProvider('loud', { AvailableActions: ['flood', 'chatter', 'once'].map((Command) => ({ Command })) }, flood));
    for (const name of ['loud-1', 'loud-2']) await home.start(name, 'loud');
    const ask = async (name: string, Command: string) => {
      const answer = await home.supervisor.known(name).act({ Command, Plugin: name, Model: {}, Params: {} }, 20_000);
      return answer.kind === 'answer' ? JSON.parse(answer.body) : answer;
    };
    const counts = await ask('loud-1', 'flood');
    // What came in the time that it took is not known beforehand.
    expect(counts[200] + (counts[429] ?? 0)).toBe(5000);
    expect(counts[200]).toBeGreaterThanOrEqual(2000);
    expect(await ask('loud-2', 'once')).toBe(200);
    await using log = await openStream({ socketPath }, '/control/events?filter=log&filter=events');
    await ask('loud-2', 'chatter');
    // Lines are published as far as the bound goes, and the others counted once there is room again.
    const isLast = () => log.events.at(-1)?.Type === 'log';
    await until(async () => {
      await new Promise((done) => setTimeout(done, 50));
      await home.supervisor.eventDoor.publishLine(eventOf('log', 'info', 'loud-2', 'loud-2', { Message: 'end' }), 'loud-2');
      return isLast();
    }, Boolean);
    const lines = log.events.filter(({ Object: said }) => /^line /.test((said as { Message?: string }).Message ?? '')).length;
    const refused = log.events
      .filter(({ Type, Action }) => Type === 'events' && Action === 'refused')
      .reduce((sum, { Object: said }) => sum + (said as { Count: number }).Count, 0);
    const lost = log.events.filter(({ Action }) => Action === 'dropped').reduce((sum, { Object: said }) => sum + (said as { Count: number }).Count, 0);
    expect(lines + refused + lost).toBe(3000);
  });
});
