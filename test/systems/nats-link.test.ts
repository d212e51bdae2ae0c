import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { expect } from 'vitest';
import { EventHome } from '../support/event-home.ts';
import { NatsServer } from '../support/nats-server.ts';
import { testNeeding } from '../support/needs.ts';
import { until } from '../support/providers.ts';
import { freePort } from '../support/web-servers.ts';

const test = testNeeding('nats-server');

/** How many events a run with a kill in the middle has. */
const EVENTS = process.env.CASES === 'all' ? 20_000 : 4_000;

const counted = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => String(from + index));
const keysOf = (events: readonly { readonly Key: string }[]): string[] => events.map(({ Key }) => Key);

/** A client of the server's beside ours. */
async function client(server: NatsServer) {
  const connection = await connect({ servers: `127.0.0.1:${server.port}` });
  return {
    connection,
    js: jetstream(connection),
    manager: await jetstreamManager(connection),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

test('events of one home reach another, and a replay gives them to whoever comes later', async () => {
  await using server = await NatsServer.start();
  await using one = await EventHome.connected({ nats: server.url });
  await using other = await EventHome.connected({ nats: server.url });
  for (const key of counted(200)) one.publish(key);
  await other.hears(200);
  expect(other.keys).toEqual(counted(200));
  expect(one.keys).toEqual([]);
  other.publish('back');
  await one.hears(1);
  expect(one.keys).toEqual(['back']);
  expect(keysOf(await other.replayed({ sequence: 1 }, 201))).toEqual([...counted(200), 'back']);
  expect(keysOf(await one.replayed({ sequence: 200 }, 2))).toEqual(['199', 'back']);
  expect(keysOf(await one.replayed({ time: Date.now() - 60_000 }, 201))).toEqual([...counted(200), 'back']);
  expect(one.link.status).toEqual({ url: server.url, state: 'connected', stream: 'tool', outbox: 0, sent: 200, received: 1, dropped: 0, lastError: null });
});

test('a replay from a time begins with the first event that is not older', async () => {
  await using server = await NatsServer.start();
  await using home = await EventHome.connected({ nats: server.url });
  home.publish('before');
  await home.isSent();
  await wait(50);
  const time = Date.now();
  const later = home.replayed({ time: time + 60_000 }, 1);
  await wait(50);
  home.publish('after');
  expect(keysOf(await home.replayed({ time }, 1))).toEqual(['after']);
  const last = home.replayed({ sequence: 99 }, 1);
  await wait(50);
  home.publish('last');
  expect(keysOf(await last)).toEqual(['last']);
  expect(keysOf(await later)).toEqual(['after']);
});

test('a server that is killed and started again in the middle costs nothing: none lost, none twice, all in order', async () => {
  await using server = await NatsServer.start();
  await using one = await EventHome.connected({ nats: server.url });
  await using other = await EventHome.connected({ nats: server.url });
  const replayed = other.replayed({ sequence: 1 }, EVENTS);
  const kills = (async () => {
    for (const share of [0.2, 0.6]) {
      await other.hears(EVENTS * share);
      await server.kill();
      await wait(300);
      await server.run();
    }
  })();
  for (const key of counted(EVENTS)) {
    one.publish(key);
    if (Number(key) % 50 === 0) await wait(5);
  }
  await kills;
  await other.hears(EVENTS);
  await one.isSent();
  expect(other.keys).toEqual(counted(EVENTS));
  expect(keysOf(await replayed)).toEqual(counted(EVENTS));
  expect(keysOf(await other.replayed({ sequence: 1 }, EVENTS))).toEqual(counted(EVENTS));
  expect(one.link.status).toMatchObject({ outbox: 0, sent: EVENTS, dropped: 0 });
  // All may have been sent before the second kill, and it connects anew in its own time.
  await expect.poll(() => one.notes.at(-1), { timeout: 20_000 }).toBe('NATS is reached again');
});

/** A way to a server whose answers can be kept back, and whose connections can be cut. */
async function proxyTo(server: NatsServer) {
  const port = await freePort();
  const pairs = new Set<Socket>();
  let isMute = false;
  const proxy = createServer((near) => {
    const far = connectTo(server.port, '127.0.0.1');
    near.pipe(far);
    far.on('data', (chunk) => void (isMute || near.write(chunk)));
    for (const [socket, peer] of [[near, far] as const, [far, near] as const]) {
      pairs.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => peer.destroy());
    }
  });
  await new Promise<void>((done) => void proxy.listen(port, '127.0.0.1', done));
  return {
    url: `nats://127.0.0.1:${port}`,
    mute(value: boolean) {
      isMute = value;
    },
    cut() {
      for (const socket of pairs) socket.destroy();
      pairs.clear();
    },
    async [Symbol.asyncDispose]() {
      this.cut();
      await new Promise((done) => proxy.close(done));
    },
  };
}

test('what the server stored without its answer arriving is not stored twice, however long it takes', async () => {
  await using server = await NatsServer.start();
  await using direct = await client(server);
  // The server itself knows doubles for a tenth of a second only.
  await direct.manager.streams.add({ name: 'tool', subjects: ['tool.events.>'], duplicate_window: 100_000_000 });
  await using proxy = await proxyTo(server);
  await using home = await EventHome.connected({ nats: proxy.url });
  home.publish('first');
  await home.isSent();
  proxy.mute(true);
  for (const key of counted(100)) home.publish(key);
  await until(
    async () => (await direct.manager.streams.info('tool')).state.messages,
    (messages) => messages === 101,
  );
  expect(home.link.status).toMatchObject({ outbox: 100, sent: 1 });
  proxy.cut();
  await wait(400);
  proxy.mute(false);
  home.publish('last');
  await home.isSent();
  expect((await direct.manager.streams.info('tool')).state.messages).toBe(102);
  expect(home.link.status).toMatchObject({ sent: 102, state: 'connected' });
});

test('a home that is killed sends what it had not, and is told of what it missed', async () => {
  await using server = await NatsServer.start();
  const folder = mkdtempSync(join(tmpdir(), 'tool-events-'));
  try {
    {
      await using home = await EventHome.connected({ nats: server.url }, folder);
      home.publish('sent');
      await home.isSent();
      await server.kill();
      for (const key of counted(500)) home.publish(key);
      await until(
        () => home.link.status.outbox,
        (outbox) => outbox === 500,
      );
    }
    await server.run();
    await using other = await EventHome.connected({ nats: server.url });
    for (const key of counted(300)) other.publish(key);
    await other.isSent();
    await using home = await EventHome.connected({ nats: server.url }, folder);
    await home.isSent();
    await other.hears(500);
    await home.hears(300);
    expect(other.keys).toEqual(counted(500));
    expect(home.keys).toEqual(counted(300));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('odd names, and what is too large', async () => {
  await using server = await NatsServer.start();
  await using one = await EventHome.connected({ nats: server.url });
  await using other = await EventHome.connected({ nats: server.url });
  const keys = ['', 'a.b', ' ', '*', '>', '%', 'ä€😀', '\n\r\t', '\u0000', '\ud800', 'x'.repeat(100_000), '$JS.API', '..'];
  for (const key of keys) one.publish(key, key);
  one.publish('too large', 'x'.repeat(2 << 20));
  one.publish('last');
  await other.hears(keys.length + 2);
  expect(other.heard.map(({ Key, Object: about }) => [Key, about])).toEqual(
    expect.arrayContaining([
      ...keys.map((key) => [key, key]),
      ['last', null],
      ['nats', { Count: 1, Reason: expect.stringContaining('the server takes 1048576') }],
    ]),
  );
  expect(other.heard).toHaveLength(keys.length + 2);
  expect(one.link.status).toMatchObject({ dropped: 1, outbox: 0 });
  expect(one.notes).toEqual([expect.stringContaining('an event was not sent to NATS: it has ')]);
});

test('only what passes the filters leaves the home', async () => {
  await using server = await NatsServer.start();
  await using one = await EventHome.connected({ nats: server.url, nats_events: ['test.count.yes'] });
  await using other = await EventHome.connected({ nats: server.url });
  for (const key of ['no', 'yes', 'no']) one.publish(key);
  await other.hears(1);
  await one.isSent();
  expect([other.keys, one.link.status.sent]).toEqual([['yes'], 1]);
});

test('what other programs write is read as far as it is an event', async () => {
  await using server = await NatsServer.start();
  await using home = await EventHome.connected({ nats: server.url });
  await using direct = await client(server);
  const send = (body: string, fields: Readonly<Record<string, string>> = {}) => {
    const made = headers();
    for (const [name, value] of Object.entries(fields)) made.set(name, value);
    return direct.js.publish('tool.events.any.thing.here', body, { headers: made });
  };
  await send('no JSON');
  await send('[]');
  await send('{"Type":"a"}');
  await send('['.repeat(100_000));
  await send(`{"Type":"deep","Action":"x","Object":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
  await send('{"Type":"a","Action":"hops","Key":"k"}', { 'Tool-Hops': '9' });
  await send('{"Type":"a","Action":"hops","Key":"k"}', { 'Tool-Hops': '-1' });
  await send('{"Type":"a","Action":"twice","Key":"1","Id":"same","Principal":"root"}');
  await send('{"Type":"a","Action":"twice","Key":"2","Id":"same"}');
  await send('{"type":"a","action":"b","key":"c","Object":{"__proto__":{"x":1}}}');
  await home.hears(2);
  await wait(100);
  expect(home.heard.map(({ Type, Action, Key, Principal }) => [Type, Action, Key, Principal])).toEqual([
    ['a', 'twice', '1', 'root'],
    ['a', 'b', 'c', ''],
  ]);
  expect(home.link.status.state).toBe('connected');
});

test('a stream that is there is used as it is; one that takes other subjects is refused', async () => {
  await using server = await NatsServer.start();
  await using direct = await client(server);
  await direct.manager.streams.add({ name: 'mine', subjects: ['elsewhere', 'x.>'], max_msgs: 10 });
  const before = (await direct.manager.streams.info('mine')).config;
  await using home = await EventHome.connected({ nats: server.url, nats_stream: 'mine', nats_subject: 'x.y' });
  home.publish('a');
  await home.isSent();
  await direct.js.publish('elsewhere', 'no event of ours');
  await direct.js.publish('x.z.a.b.c', '{"Type":"not","Action":"ours"}');
  for (const key of counted(20)) home.publish(key);
  await home.isSent();
  expect(keysOf(await home.replayed({ sequence: 1 }, 10))).toEqual(counted(10, 10));
  // Messages 2 to 13 are gone, whoever's they were.
  const [lost, ...rest] = await home.replayed({ sequence: 2 }, 11);
  expect([lost, keysOf(rest)]).toMatchObject([{ Type: 'events', Action: 'dropped', Key: 'nats', Object: { Count: 12 } }, counted(10, 10)]);
  expect((await direct.manager.streams.info('mine')).config).toEqual(before);
  await using wrong = new EventHome({ nats: server.url, nats_stream: 'mine' });
  await until(
    () => wrong.link.status.lastError,
    (error) => error === 'the stream mine does not take tool.events.>; add that subject to it, or set nats_stream or nats_subject',
  );
  expect(wrong.link.status.state).not.toBe('connected');
});

test('a stream that is deleted is made again, and what is published then arrives', async () => {
  await using server = await NatsServer.start();
  await using one = await EventHome.connected({ nats: server.url });
  await using other = await EventHome.connected({ nats: server.url });
  await using direct = await client(server);
  for (const key of counted(10)) one.publish(key);
  await other.hears(10);
  await direct.manager.streams.delete('tool');
  for (const key of counted(10, 10)) one.publish(key);
  await other.hears(20);
  expect(other.keys).toEqual(counted(20));
});

test('a server that stands still is given up, and what it took counts once it goes on', { timeout: 120_000 }, async () => {
  await using server = await NatsServer.start();
  await using one = await EventHome.connected({ nats: server.url });
  await using other = await EventHome.connected({ nats: server.url });
  for (const key of counted(10)) one.publish(key);
  await other.hears(10);
  server.signal('SIGSTOP');
  try {
    for (const key of counted(100, 10)) one.publish(key);
    await until(
      () => one.link.status.state,
      (state) => state === 'disconnected',
      60_000,
    );
  } finally {
    server.signal('SIGCONT');
  }
  await other.hears(110);
  await one.isSent();
  expect(other.keys).toEqual(counted(110));
  expect(keysOf(await one.replayed({ sequence: 1 }, 110))).toEqual(counted(110));
});
