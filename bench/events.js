// Events: how fast the supervisor passes them on to ten readers, against a bare fan-out in Node of the same shape; what a slow reader loses, and what instances are sent. See bench/README.md.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { scratchDirectory } from './support/homes.js';
import { atMost, floorLine } from './support/report.js';
import { TOOL } from './support/run-bench.js';
import { median } from './support/statistics.js';

const QUICK = process.argv.includes('--quick');
const [EVENTS, ROUNDS, INSTANCES, SENT] = QUICK ? [20_000, 3, 5, 500] : [100_000, 5, 20, 2000];
const READERS = 10;
const TIMES_BARE = 3;

/** The least that takes lines of JSON and gives each to all who read: it parses an event and writes it, and heeds nobody. */
const BARE = `
const readers = new Set();
require('node:http').createServer((request, response) => {
  if (request.method === 'GET') { readers.add(response); response.on('close', () => readers.delete(response)); response.flushHeaders(); return; }
  let rest = '';
  request.setEncoding('utf8');
  request.on('data', (text) => {
    const lines = (rest + text).split('\\n');
    rest = lines.pop();
    for (const line of lines) { const written = JSON.stringify(JSON.parse(line)) + '\\n'; for (const reader of readers) reader.write(written); }
  });
  request.on('end', () => response.end('{}'));
}).listen(process.argv[1], () => console.log('up'));`;

/** Reads streams until each has so many events, and tells of each: how many came, how many were told to be dropped, and whether all were in order. */
const READER = `
const [socketPath, path, streams, events, delay] = process.argv.slice(1);
let left = Number(streams);
const results = [];
for (let number = 0; number < Number(streams); number++) require('node:http').get({ socketPath, path, agent: false }, (response) => {
  const result = { received: 0, dropped: 0, inOrder: true };
  let next = 0, rest = '';
  const done = () => { results.push(result); response.destroy(); if (--left === 0) { console.log(JSON.stringify(results)); } };
  if (++opened === Number(streams)) console.log('up');
  response.setEncoding('utf8');
  if (Number(delay) > 0) { response.pause(); setTimeout(() => response.resume(), Number(delay)); }
  response.on('data', (text) => {
    const lines = (rest + text).split('\\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') continue;
      if (line.includes('"Type":"events"')) { const lost = JSON.parse(line).Object.Count; result.dropped += lost; next += lost; continue; }
      const at = line.indexOf('"Key":"') + 7;
      if (Number(line.slice(at, line.indexOf('"', at))) !== next++) result.inOrder = false;
      result.received++;
    }
    if (result.received + result.dropped >= Number(events)) done();
  });
});
let opened = 0;`;

/** A provider that counts what it is sent. */
const COUNTER = `#!/usr/bin/env node
const [command, inbound] = process.argv.slice(2);
if (command === 'define') console.log(JSON.stringify({ Name: 'counter', Version: 'v1.0.0', PluginVersion: 4, HasPublish: true, AvailableActions: [{ Command: 'count' }] }));
else if (command === 'listen') {
  let [count, inOrder] = [0, true];
  require('node:http').createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.url.endsWith('/stop')) process.exit(0);
    if (request.url.endsWith('/publish')) { const { Type, Key } = JSON.parse(text); if (Type === 'probe' && Number(Key) !== count++) inOrder = false; }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url.endsWith('/action') ? { count, inOrder } : { Code: 200 }));
  }).listen(inbound, () => console.log('READY!'));
} else process.exit(command === 'unpack' ? 0 : 1);
`;

const scratch = scratchDirectory();
const env = { PATH: process.env.PATH, HOME: scratch, TOOL_HOME: join(scratch, 'home'), XDG_RUNTIME_DIR: join(scratch, 'run') };
mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });

/** @param {...string} words */
const tool = async (...words) => (await promisify(execFile)(TOOL, words, { env, maxBuffer: 2 ** 26 })).stdout;
/** @param {...string} words */
const json = async (...words) => JSON.parse(await tool(...words, '--json'));
const supervisor = () => JSON.parse(readFileSync(join(env.TOOL_HOME, 'data/provider/serving.json'), 'utf8'));

/** Events as lines of JSON, in pieces as a file is read. @param {number} count */
function* pieces(count) {
  for (let first = 0; first < count; first += 500)
    yield Array.from(
      { length: Math.min(500, count - first) },
      (_, index) => `{"Type":"probe","Action":"tick","Key":"${first + index}","Object":{"n":${first + index}}}\n`,
    ).join('');
}

/** @param {string} socketPath @param {string} path @param {number} count @returns {Promise<number>} seconds */
async function publish(socketPath, path, count) {
  const started = performance.now();
  const sent = request({ socketPath, path, method: 'POST', agent: false });
  Readable.from(pieces(count)).pipe(sent);
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'close');
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  return (performance.now() - started) / 1000;
}

/** @typedef {{ received: number, dropped: number, inOrder: boolean }} Read */

/** Starts readers in a process of their own. @param {string} socketPath @param {string} path @param {number} streams @param {number} count @param {number} [delay] @returns {Promise<{ read: Promise<Read[]> }>} what they read, once they are there */
async function readers(socketPath, path, streams, count, delay = 0) {
  const child = spawn(process.execPath, ['-e', READER, socketPath, path, String(streams), String(count), String(delay)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  while (!text.includes('up')) await wait(5);
  return { read: once(child, 'close').then(() => JSON.parse(text.split('\n')[1] ?? '')) };
}

/** Seconds until all readers have all events. @param {string} socketPath @param {string} from @param {string} to */
async function passOn(socketPath, from, to) {
  const { read: reading } = await readers(socketPath, from, READERS, EVENTS);
  const started = performance.now();
  await publish(socketPath, to, EVENTS);
  const read = await reading;
  return { seconds: (performance.now() - started) / 1000, read };
}

/** What an instance was sent, which it is asked by an action. @param {string} socketPath @param {string} plugin @returns {Promise<{ count: number, inOrder: boolean }>} */
async function countOf(socketPath, plugin) {
  const sent = request({ socketPath, path: '/control/run-action', method: 'POST', headers: { 'content-type': 'application/json' }, agent: false });
  sent.end(JSON.stringify({ command: 'count', model: '', id: '', plugin, params: {}, timeoutMs: 60_000 }));
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return JSON.parse(JSON.parse(text).body);
}

/** @param {readonly Read[]} read */
const isWhole = (read) => read.every(({ received, dropped, inOrder }) => received === EVENTS && dropped === 0 && inOrder);

async function main() {
  const bareSocket = join(scratch, 'bare.sock');
  const bare = spawn(process.execPath, ['-e', BARE, bareSocket], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(bare.stdout, 'data');
  await tool('serve');
  const { control } = supervisor();
  const times = { bare: /** @type {number[]} */ ([]), own: /** @type {number[]} */ ([]) };
  let wrong = 0;
  for (let round = 0; round < ROUNDS + 1; round++) {
    const [other, own] = [await passOn(bareSocket, '/', '/'), await passOn(control, '/control/events?filter=probe&filter=events', '/control/events?wait')];
    if (!isWhole(other.read)) throw new Error('the bare fan-out lost something');
    if (!isWhole(own.read)) wrong++;
    // The first round warms up.
    if (round > 0) {
      times.bare.push(other.seconds);
      times.own.push(own.seconds);
    }
  }
  bare.kill();

  // Nobody waits for a reader that begins to read when all is over.
  const quick = await readers(control, '/control/events?filter=probe&filter=events', READERS, EVENTS);
  const slow = await readers(control, '/control/events?filter=probe&filter=events', 1, EVENTS, 5000);
  const unpaced = await publish(control, '/control/events', EVENTS);
  const all = [...(await quick.read), ...(await slow.read)];
  const unaccounted = all.filter(({ received, dropped, inOrder }) => received + dropped !== EVENTS || !inOrder).length;
  const { droppedEvents } = await json('serve:status');
  const announced = all.reduce((sum, { dropped }) => sum + dropped, 0);

  const program = join(scratch, 'counter');
  writeFileSync(program, COUNTER);
  chmodSync(program, 0o755);
  await tool('provider:install', program);
  const names = Array.from({ length: INSTANCES }, (_, index) => `counter-${index}`);
  for (const name of names) await tool('instance:create', name, '--provider', 'counter');
  const started = performance.now();
  await publish(control, '/control/events?wait', SENT);
  /** @type {{ count: number, inOrder: boolean }[]} */
  let counts = [];
  do {
    await wait(20);
    counts = await Promise.all(names.map((name) => countOf(control, name)));
  } while (counts.some(({ count }) => count < SENT) && performance.now() - started < 300_000);
  const sentFor = (performance.now() - started) / 1000;
  await tool('serve:stop');

  const [bareTime, ownTime] = [median(times.bare), median(times.own)];
  const rate = (/** @type {number} */ seconds, count = EVENTS) => Math.round(count / seconds).toLocaleString('en');
  console.log(`| ${EVENTS.toLocaleString('en')} events, ${READERS} readers | events a second | delivered a second |\n|---|--:|--:|`);
  console.log(`| bare fan-out in Node | ${rate(bareTime)} | ${rate(bareTime, EVENTS * READERS)} |`);
  console.log(`| the supervisor, paced by its readers | ${rate(ownTime)} | ${rate(ownTime, EVENTS * READERS)} |`);
  console.log(
    `\n- unpaced, with an eleventh that reads nothing until the end: ${rate(unpaced)} events a second; dropped and announced ${announced.toLocaleString('en')}, counted ${droppedEvents.toLocaleString('en')}`,
  );
  console.log(
    `- ${INSTANCES} instances with HasPublish, ${SENT.toLocaleString('en')} events to each: ${sentFor.toFixed(1)} s, ${rate(sentFor, INSTANCES * SENT)} requests a second\n`,
  );
  const floors = [
    atMost('passing on over a bare fan-out', ownTime / bareTime, TIMES_BARE, '×'),
    atMost('rounds in which an event was lost or out of order', wrong, 0, '×'),
    atMost('readers whose events and announced drops are not all there was', unaccounted + Math.abs(announced - droppedEvents), 0, '×'),
    atMost('instances that were not sent all, in order', counts.filter(({ count, inOrder }) => count !== SENT || !inOrder).length, 0, '×'),
  ];
  for (const floor of floors) console.log(floorLine(floor));
  return process.argv.includes('--check') && floors.some(({ ok }) => !ok) ? 1 : 0;
}

process.exitCode = await main();
