// Events through JetStream: from a home into the stream, out of it into another home, and to a reader that begins with the first, each against the bare client of NATS in the same run. See bench/README.md.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectTo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { scratchDirectory } from './support/homes.js';
import { atMost, floorLine } from './support/report.js';
import { TOOL } from './support/run-bench.js';
import { median } from './support/statistics.js';

const QUICK = process.argv.includes('--quick');
const [EVENTS, ROUNDS] = QUICK ? [5000, 3] : [20_000, 5];
/** As many as a home has under way. */
const WINDOW = 512;
/** A home has each event on disk, sends it and reads its own back; the reader is told by a second process, which writes each event anew. */
const [TIMES_SENT, TIMES_READ] = [3, 7];
const PORT = 20_000 + (process.pid % 10_000);

const scratch = scratchDirectory();
const server = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', String(PORT), '-sd', join(scratch, 'store')], { stdio: 'ignore' });
process.on('exit', () => server.kill('SIGKILL'));
server.on('error', ({ message }) => {
  console.log(`skipped, as nats-server cannot be started: ${message}`);
  process.exit();
});
while (!(await answers())) await wait(20);

/** Whether the server listens. @returns {Promise<boolean>} */
function answers() {
  return new Promise((done) => {
    const socket = connectTo(PORT, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    }).on('error', () => done(false));
  });
}

/** A home with a supervisor that is connected. @param {string} name */
async function home(name) {
  const env = { PATH: process.env.PATH, HOME: scratch, TOOL_HOME: join(scratch, name), XDG_RUNTIME_DIR: join(scratch, `run-${name}`) };
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
  mkdirSync(env.TOOL_HOME);
  writeFileSync(join(env.TOOL_HOME, 'tool.toml'), `[events]\nnats = "nats://127.0.0.1:${PORT}"\n`);
  /** @param {...string} words */
  const tool = (...words) => promisify(execFile)(TOOL, words, { env });
  await tool('serve');
  const { control } = JSON.parse(readFileSync(join(env.TOOL_HOME, 'data/provider/serving.json'), 'utf8'));
  /** @returns {Promise<{ state: string, outbox: number, sent: number }>} */
  const status = async () => JSON.parse(await asked(control, '/control/status')).nats;
  while ((await status()).state !== 'connected') await wait(20);
  return { tool, control, status };
}

/** What the supervisor answers. @param {string} socketPath @param {string} path @returns {Promise<string>} */
function asked(socketPath, path) {
  return new Promise((done, fail) => {
    request({ socketPath, path, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => done(text));
    })
      .on('error', fail)
      .end();
  });
}

/** Publishes lines at a home. @param {string} socketPath @param {readonly string[]} lines */
async function publish(socketPath, lines) {
  const sent = request({ socketPath, path: '/control/events?wait', method: 'POST', agent: false });
  Readable.from(lines, { objectMode: true }).pipe(sent);
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'close');
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
}

/** Reads a stream of events until so many lines came. @param {string} socketPath @param {string} path @param {number} count @returns {Promise<{ begun: Promise<void>, read: Promise<void> }>} */
async function reading(socketPath, path, count) {
  /** @type {() => void} */
  let begin = () => {};
  const begun = new Promise((/** @type {(value: void) => void} */ done) => {
    begin = done;
  });
  const read = new Promise((/** @type {(value: void) => void} */ done, fail) => {
    let left = count;
    const sent = request({ socketPath, path, agent: false }, (response) => {
      begin();
      response.on('data', (/** @type {Buffer} */ chunk) => {
        for (const byte of chunk) if (byte === 10) left--;
        if (left > 0) return;
        response.destroy();
        done();
      });
      response.on('error', () => {});
    });
    sent.on('error', fail);
    sent.end();
  });
  return { begun, read };
}

const event = (/** @type {number} */ number) => ({ Type: 'bench', Action: 'count', Key: `key-${number}`, Object: { text: 'x'.repeat(100) } });

const connection = await connect({ servers: `127.0.0.1:${PORT}` });
const client = jetstream(connection);
const manager = await jetstreamManager(connection);
const one = await home('one');
const other = await home('other');

/** Events in a second. @param {() => Promise<unknown>} action */
async function rateOf(action) {
  const started = performance.now();
  await action();
  return EVENTS / ((performance.now() - started) / 1000);
}

let published = 0;

/** The bare client publishes. */
async function publishBare() {
  let next = 0;
  const worker = async () => {
    for (let number = next++; number < EVENTS; number = next++) {
      const id = `bare-${published + number}`;
      await client.publish(`bare.events.bench.count.key-${number}`, JSON.stringify({ Id: id, Time: new Date().toISOString(), ...event(number) }), {
        msgID: id,
      });
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, worker));
  published += EVENTS;
}

/** The bare client reads what there is. @param {string} stream @param {number} from */
async function readBare(stream, from) {
  const consumer = await client.consumers.get(stream, { opt_start_seq: from, deliver_policy: 'by_start_sequence' });
  const messages = await consumer.consume({ max_messages: 500 });
  let left = EVENTS;
  for await (const message of messages) {
    message.json();
    if (--left === 0) break;
  }
  await messages.close();
}

await manager.streams.add({ name: 'bare', subjects: ['bare.events.>'], max_age: 7 * 86_400 * 1e9, max_bytes: 256 << 20, duplicate_window: 120e9 });
const lines = Array.from({ length: EVENTS }, (_, number) => `${JSON.stringify(event(number))}\n`);
/** @type {Record<string, number[]>} */
const rates = {
  'the bare client publishes, 512 at once': [],
  'a home publishes, until the stream has all': [],
  'the same, until a reader at another home has read all': [],
  'the bare client reads': [],
  'a reader at a home reads with `since`': [],
};
const [bareOut, homeOut, toOther, bareIn, replayed] = /** @type {[number[], number[], number[], number[], number[]]} */ (Object.values(rates));
for (let round = 0; round <= ROUNDS; round++) {
  const last = async (/** @type {string} */ name) => (await manager.streams.info(name)).state.last_seq;
  const [bareBefore, before] = [await last('bare'), await last('tool')];
  const bare = await rateOf(publishBare);
  const { begun, read } = await reading(other.control, '/control/events?filter=bench', EVENTS);
  await begun;
  const started = performance.now();
  const sending = publish(one.control, lines);
  let own = 0;
  const isSent = (async () => {
    await sending;
    while ((await last('tool')) < before + EVENTS) await wait(10);
    own = EVENTS / ((performance.now() - started) / 1000);
  })();
  await read;
  const arrived = EVENTS / ((performance.now() - started) / 1000);
  await isSent;
  const bareRead = await rateOf(() => readBare('bare', bareBefore + 1));
  const again = await rateOf(async () => (await reading(other.control, `/control/events?filter=bench&since=${before + 1}`, EVENTS)).read);
  // The first round warms up.
  if (round === 0) continue;
  bareOut.push(bare);
  homeOut.push(own);
  toOther.push(arrived);
  bareIn.push(bareRead);
  replayed.push(again);
}
await connection.close();
for (const { tool } of [one, other]) await tool('serve:stop');
server.kill();

const pairs = (/** @type {number[]} */ bare, /** @type {number[]} */ own) => median(bare.map((rate, round) => rate / (own[round] ?? Number.NaN)));
const floors = [
  atMost('publishing from a home over the bare client', pairs(bareOut, homeOut), TIMES_SENT, '×'),
  atMost('reading with `since` over the bare client', pairs(bareIn, replayed), TIMES_READ, '×'),
];
console.log(`| ${EVENTS.toLocaleString('en')} events, ${ROUNDS} times | events a second |\n|---|--:|`);
for (const [name, found] of Object.entries(rates)) console.log(`| ${name} | ${Math.round(median(found)).toLocaleString('en')} |`);
console.log(`\n${floors.map(floorLine).join('\n')}`);
if (process.argv.includes('--check') && floors.some(({ ok }) => !ok)) process.exitCode = 1;
