import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { NatsServer } from '../support/nats-server.ts';
import { testNeeding } from '../support/needs.ts';
import { until } from '../support/providers.ts';
import { Sandbox } from '../support/sandbox.ts';

const test = testNeeding('nats-server');

/** A home with a supervisor, whose events go to a server of NATS. */
class NatsHome extends Sandbox {
  constructor(settings: string) {
    super();
    mkdirSync(join(this.root, 'run'), { mode: 0o700 });
    this.file('sandbox/home/tool.toml', `[events]\n${settings}\n`);
  }

  override get env() {
    return { ...super.env, XDG_RUNTIME_DIR: join(this.root, 'run') };
  }

  status = async () => JSON.parse((await this.run(['serve:status', '--json'])).stdout);
  serving = () => JSON.parse(readFileSync(this.at('data/provider/serving.json'), 'utf8'));
  stream = (query = ''): Promise<EventStream> => openStream({ socketPath: this.serving().control }, `/control/events?${query}`);
  isConnected = () =>
    until(
      async () => (await this.status()).nats,
      ({ state }) => state === 'connected',
    );

  async [Symbol.asyncDispose]() {
    await this.run(['serve:stop']);
    this[Symbol.dispose]();
  }
}

const events = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `${JSON.stringify({ Type: 'test', Action: 'count', Key: String(from + index) })}\n`).join('');
const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));
const line = (text: string): string => ` !     ${text}\n`;

test('two homes share their events, and event:watch begins where it is told to', async () => {
  await using server = await NatsServer.start();
  await using one = new NatsHome(`nats = "${server.url}"`);
  await using other = new NatsHome(`nats = "${server.url}"`);
  for (const home of [one, other]) {
    expect((await home.run(['serve'])).status).toBe(0);
    await home.isConnected();
  }
  await using heard = await other.stream('filter=test');
  expect((await one.run(['event:publish', '--stdin'], { stdin: events(0, 100) })).stdout).toBe('-----> 100 events published\n');
  await until(
    () => heard.events.length,
    (length) => length >= 100,
  );
  expect(heard.events.map(({ Key }) => Key)).toEqual(keys(100));
  const watched = await other.run(['event:watch', 'test.count', '--since', '1', '--count', '100']);
  const seen = watched.stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(seen.map(({ Key }) => Key)).toEqual(keys(100));
  expect(seen.map(({ Id }) => Id)).toEqual(heard.events.map(({ Id }) => Id));
  const again = await one.run(['event:watch', 'test', '--since', String(seen[98].Sequence), '--count', '2', '--format', 'text']);
  expect(again.stdout).toMatch(/^\S+ {2}test\.count\.98\n\S+ {2}test\.count\.99\n$/);
  const status = await one.run(['serve:status']);
  expect(status.stdout).toContain(`NATS        connected, ${server.url}\nto NATS     100 sent, 0 waiting, 0 dropped\nfrom NATS   0\n`);
});

test('without NATS, or while it is not reached, event:watch --since says so', async () => {
  await using plain = new NatsHome('');
  await plain.run(['serve']);
  expect(await plain.run(['event:watch', '--since', '10m'])).toMatchObject({
    status: 1,
    stderr: line(
      'Events of this home are not kept: there is no stream of NATS to read them from; set nats = "nats://HOST:PORT" in [events] of tool.toml, and start the supervisor anew',
    ),
  });
  expect(await plain.run(['event:watch', '--since', 'yesterday'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('"yesterday" is no point to begin at'),
  });
  await using away = new NatsHome('nats = "nats://127.0.0.1:1"');
  await away.run(['serve']);
  await until(
    async () => (await away.status()).nats.lastError,
    (error) => error !== null,
  );
  expect(await away.run(['event:watch', '--since', '10m'])).toMatchObject({
    status: 75,
    stderr: line('NATS is not reached at nats://127.0.0.1:1: connection refused; see it with `tool serve:status`'),
  });
});

test('a setting that is wrong keeps no supervisor from starting; events stay in the home', async () => {
  await using home = new NatsHome('nats = "nats://ada:s3cret@127.0.0.1"');
  expect((await home.run(['serve'])).status).toBe(0);
  const { nats } = await home.status();
  expect(nats).toMatchObject({ state: 'misconfigured', url: '', lastError: expect.stringContaining('has a user or password in its address') });
  await using heard = await home.stream('filter=test');
  await home.run(['event:publish', 'test.here.x']);
  await until(
    () => heard.events.length,
    (length) => length === 1,
  );
  const log = readFileSync(home.at('data/provider/log/.serve.log'), 'utf8');
  expect(log).toContain('Events stay in this home: nats of [events] in ');
  expect(log + JSON.stringify(nats)).not.toContain('s3cret');
});

test('a supervisor that is killed while the server is away loses nothing that was published', async () => {
  await using server = await NatsServer.start();
  await using home = new NatsHome(`nats = "${server.url}"`);
  await home.run(['serve']);
  await home.isConnected();
  await server.kill();
  await home.run(['event:publish', '--stdin'], { stdin: events(0, 2000) });
  process.kill(home.serving().process.pid, 'SIGKILL');
  await wait(100);
  await server.run();
  expect((await home.run(['serve'])).status).toBe(0);
  await until(
    async () => (await home.status()).nats,
    ({ sent, outbox }) => sent === 2000 && outbox === 0,
  );
  await using replayed = await home.stream('since=1&filter=test');
  await until(
    () => replayed.events.length,
    (length) => length >= 2000,
  );
  expect(replayed.events.map(({ Key }) => Key)).toEqual(keys(2000));
});

test('a supervisor that is killed while it sends loses nothing that was published, and sends nothing twice', async () => {
  await using server = await NatsServer.start();
  await using home = new NatsHome(`nats = "${server.url}"`);
  let published = 0;
  for (let round = 0; round < 3; round++) {
    await home.run(['serve']);
    if (round === 0) await home.isConnected();
    await home.run(['event:publish', '--stdin'], { stdin: events(published, 1500) });
    published += 1500;
    process.kill(home.serving().process.pid, 'SIGKILL');
  }
  await home.run(['serve']);
  await home.isConnected();
  await home.run(['event:publish', 'test.count.last']);
  await using replayed = await home.stream('since=1&filter=test');
  await until(
    () => replayed.events.at(-1)?.Key,
    (key) => key === 'last',
  );
  expect(replayed.events.map(({ Key }) => Key)).toEqual([...keys(published), 'last']);
});
