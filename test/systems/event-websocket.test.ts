import { connect } from 'node:net';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { openApiPort, openControl } from '../../src/providers/api/doors.ts';
import { closeServer } from '../../src/providers/api/http.ts';
import { eventOf } from '../../src/providers/models.ts';
import { nodeProvider, Supervising, until } from '../support/providers.ts';

interface Told {
  readonly Type: string;
  readonly Action: string;
  readonly Key: string;
}

/** A client as Digital Rebar's: it is told of events as text frames. */
class Client {
  readonly socket: WebSocket;
  readonly frames: Told[] = [];
  readonly opened: Promise<number>;
  readonly closed: Promise<readonly [code: number, reason: string]>;

  constructor(url: string, token?: string) {
    this.socket = new WebSocket(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.closed = new Promise((done) => this.socket.on('close', (code, reason) => done([code, String(reason)])));
    this.opened = new Promise((done) => {
      this.socket.on('open', () => done(101));
      this.socket.on('unexpected-response', (_, { statusCode = 0 }) => done(statusCode));
    });
    this.socket.on('error', () => {});
  }

  /** Sends a message and waits for its acknowledgement, as the client in Go does. */
  async say(command: 'register' | 'deregister', filter: string): Promise<void> {
    this.socket.send(`${command} ${filter}`);
    await until(() => this.frames.some(({ Type, Action, Key }) => Type === 'websocket' && Action === command && Key === filter), Boolean);
  }

  /** What it was told but for acknowledgements, as TYPE.ACTION.KEY. */
  get told(): string[] {
    return this.frames.filter(({ Type }) => Type !== 'websocket').map(({ Type, Action, Key }) => `${Type}.${Action}.${Key}`);
  }
}

/** A home with a control socket and the API port, and an instance whose token and socket are known. */
async function opened() {
  const home = new Supervising();
  const control = await openControl(home.supervisor, { startedAt: new Date(), page: undefined, shutDown: () => {} });
  const port = await openApiPort({ host: '127.0.0.1', port: 0 });
  port.serve(home.supervisor);
  home.supervisor.tokens.admitOwner('the-owner-of-this-home');
  await home.provider(
    nodeProvider('reader', { AvailableActions: [{ Command: 'how' }] }, 'on.action.how = () => [process.env.RS_TOKEN, process.env.RS_LOCAL_PROXY];'),
  );
  await home.start('reader-1', 'reader');
  const answer = await home.supervisor.known('reader-1').act({ Command: 'how', Plugin: 'reader-1', Model: {}, Params: {} }, 5000);
  const [token, socketPath]: [string, string] = answer.kind === 'answer' ? JSON.parse(answer.body) : ['', ''];
  return {
    home,
    token,
    urls: {
      port: `${port.url.replace('http', 'ws')}/api/v3/ws`,
      own: `ws+unix://${socketPath}:/api/v3/ws`,
      control: `ws+unix://${home.supervisor.run.control}:/api/v3/ws`,
    },
    publish: (...subject: [string, string, string]) => home.supervisor.events.publish(eventOf(...subject, 'test', { text: 'ä\n' }), { from: '' }),
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await port.close();
      await closeServer(control);
    },
  };
}

test('filters are registered and acknowledged, and events that pass one come as text until it is taken back', async () => {
  await using world = await opened();
  const { urls, token, publish } = world;
  for (const [url, bearer] of [
    [urls.port, token],
    [urls.own, token],
    [urls.port, 'the-owner-of-this-home'],
    [urls.control, undefined],
  ] as const) {
    const client = new Client(url, bearer);
    expect(await client.opened).toBe(101);
    publish('probe', 'tick', 'before');
    await client.say('register', 'probe.tick.a.b');
    await client.say('register', 'machines,probe.*.c\\1d,e');
    publish('probe', 'tick', 'a.b');
    publish('probe', 'tick', 'a');
    publish('machines', 'create', 'e');
    publish('machines', 'create', 'c.d');
    await until(
      () => client.told.length,
      (length) => length === 3,
    );
    expect(client.told).toEqual(['probe.tick.a.b', 'machines.create.e', 'machines.create.c.d']);
    expect(client.frames[0]).toEqual({
      Time: expect.any(String),
      Type: 'websocket',
      Action: 'register',
      Key: 'probe.tick.a.b',
      Principal: 'supervisor',
      Object: null,
      Original: null,
    });
    expect(client.frames[2]).toEqual({
      Time: expect.any(String),
      Type: 'probe',
      Action: 'tick',
      Key: 'a.b',
      Principal: 'test',
      Object: { text: 'ä\n' },
      Original: null,
    });
    await client.say('deregister', 'probe.tick.a.b');
    publish('probe', 'tick', 'a.b');
    publish('machines', 'create', 'e');
    await until(
      () => client.told.length,
      (length) => length === 4,
    );
    expect(client.told.at(-1)).toBe('machines.create.e');
    client.socket.close(1000);
    expect(await client.closed).toEqual([1000, '']);
  }
  await until(
    () => world.home.supervisor.events.subscribers.length,
    (length) => length === 0,
  );
});

test('nobody without a token is admitted, and nothing else is at that address or another', async () => {
  await using world = await opened();
  const { urls, token, home } = world;
  for (const [url, bearer, status] of [
    [urls.port, undefined, 401],
    [urls.port, 'wrong', 401],
    [urls.own, undefined, 401],
    [urls.own.replace('/ws', '/other'), token, 404],
    [urls.port.replace('/ws', '/other'), token, 404],
  ] as const)
    expect([url, await new Client(url, bearer).opened]).toEqual([url, status]);
  // What asks for another protocol there is refused in HTTP.
  const said = await new Promise<string>((done) => {
    let text = '';
    const socket = connect(home.supervisor.run.control, () =>
      socket.write('GET /api/v3/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'),
    );
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => done(text));
  });
  expect(said).toMatch(/^HTTP\/1\.1 400 /);
  expect(home.supervisor.events.subscribers).toEqual([]);
});

test('a message that cannot be is answered by a close that says why', async () => {
  await using world = await opened();
  for (const [message, reason] of [
    ['register a..b', '"a..b" is no filter of events: a part of it is empty'],
    ['hello', 'a message is `register FILTER` or `deregister FILTER`'],
    [`register ${'ä'.repeat(200)}*`, `"${'ä'.repeat(59)}`],
  ] as const) {
    const client = new Client(world.urls.own, world.token);
    await client.opened;
    client.socket.send(message);
    expect(await client.closed).toEqual([1008, reason]);
  }
  const long = new Client(world.urls.own, world.token);
  await long.opened;
  long.socket.send('x'.repeat(20_000));
  expect((await long.closed)[0]).toBe(1009);
});

test('who does not read loses the oldest, and is told how many; who reads is closed in order when all ends', async () => {
  await using world = await opened();
  const { home, urls, publish } = world;
  const slow = new Client(urls.control);
  await slow.opened;
  await slow.say('register', 'probe');
  slow.socket.pause();
  for (let number = 0; number < 30_000; number++) {
    publish('probe', 'tick', String(number));
    if (number % 100 === 0) await new Promise(setImmediate);
  }
  const { dropped } = home.supervisor.events;
  expect(dropped).toBeGreaterThan(0);
  slow.socket.resume();
  await until(
    () => slow.told.at(-1),
    (told) => told === 'probe.tick.29999',
  );
  expect(slow.told.filter((told) => told.startsWith('probe')).length + dropped).toBe(30_000);
  expect(slow.frames.filter(({ Type }) => Type === 'events')).toEqual([expect.objectContaining({ Action: 'dropped', Object: { Count: dropped } })]);
  publish('probe', 'tick', 'last');
  await home.supervisor.stopAll();
  expect([await slow.closed, slow.told.at(-1)]).toEqual([[1000, ''], 'probe.tick.last']);
});

test('what an instance reads ends with it, and the supervisor waits for no client', async () => {
  await using world = await opened();
  const { home, urls, token } = world;
  const others = new Client(urls.own, token);
  await others.opened;
  // It does not answer the close.
  others.socket.pause();
  await home.supervisor.known('reader-1').stop();
  expect(home.status('reader-1').state).toBe('stopped');
  others.socket.resume();
  expect([1000, 1006]).toContain((await others.closed)[0]);
});
