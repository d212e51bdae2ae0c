// What the messages of a source of Botkube's cost on their way to events, against a bare client that reads the same stream and posts each. See bench/README.md.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { scratchDirectory } from './support/homes.js';
import { atMost, floorLine } from './support/report.js';
import { TOOL } from './support/run-bench.js';
import { median } from './support/statistics.js';

const [ROUNDS, MESSAGES] = process.argv.includes('--quick') ? [3, 1000] : [10, 1500];
const TIMES_BARE = 5;
const COOKIE = '52ca7b74-28eb-4fac-ae79-31a9cbda2454';
const SOURCE = resolve(import.meta.dirname, '../test/fixtures/botkube/source.cjs');

/** The least that a host does: it takes each message apart, and posts it to a server that reads it and answers. It prints the milliseconds from the first to the last, and its memory. */
const CLIENT = `
const { spawn } = require('node:child_process');
const http = require('node:http');
const { Client, credentials } = require(${JSON.stringify(createRequire(import.meta.url).resolve('@grpc/grpc-js'))});
const socketPath = process.argv[1] + '/host.sock';
const agent = new http.Agent({ keepAlive: true });
const post = (text) => new Promise((done) => {
  const sent = http.request({ socketPath, agent, method: 'POST', headers: { 'content-length': Buffer.byteLength(text) } }, (response) => response.resume().on('end', done));
  sent.end(text);
});
const host = http.createServer((request, response) => { request.resume(); request.on('end', () => response.end('{}')); }).listen(socketPath, () => {
  const child = spawn(process.execPath, [${JSON.stringify(SOURCE)}], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.once('data', async (line) => {
    const client = new Client('unix:' + String(line).split('|')[3], credentials.createInsecure());
    const asIs = (bytes) => bytes;
    const config = Buffer.from(${JSON.stringify(`count: ${MESSAGES}\n`)});
    const context = Buffer.from('1a040a022200', 'hex');
    const request = Buffer.concat([Buffer.from([10, config.length + 2, 10, config.length]), config, context]);
    let count = 0, began = 0;
    for await (const bytes of client.makeServerStreamRequest('/source.Source/Stream', asIs, asIs, request)) {
      began ||= performance.now();
      await post(JSON.stringify({ Type: 'sources', Action: 'message', Key: 'bare', Object: JSON.parse(bytes.subarray(bytes.indexOf(123))) }));
      if (++count === ${MESSAGES}) break;
    }
    console.log(JSON.stringify({ ms: performance.now() - began, memory: require('node:fs').readFileSync('/proc/self/status', 'utf8').match(/VmRSS:\\s+(\\d+)/)[1] / 1024 }));
    child.kill('SIGKILL');
    process.exit(0);
  });
});
`;

const scratch = scratchDirectory();
const env = { PATH: process.env.PATH, HOME: scratch, TOOL_HOME: join(scratch, 'home'), XDG_RUNTIME_DIR: join(scratch, 'run') };
mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });

/** @param {string} file @param {string[]} words @param {Record<string, string | undefined>} [more] */
const output = async (file, words, more = {}) => (await promisify(execFile)(file, words, { env: { ...env, ...more }, maxBuffer: 2 ** 28 })).stdout;
/** @param {...string} words */
const tool = (...words) => output(TOOL, words);

/** @param {number} round @returns {Promise<{ ms: number, memory: number }>} */
async function bare(round) {
  const folder = join(scratch, `bare${round}`);
  mkdirSync(folder);
  return JSON.parse(await output(process.execPath, ['-e', CLIENT, folder], { BOTKUBE: COOKIE, PLUGIN_UNIX_SOCKET_DIR: folder }));
}

/** The same by an instance, whose events somebody watches. @returns {Promise<{ ms: number, memory: number }>} */
async function byInstance() {
  const watching = spawn(TOOL, ['event:watch', 'sources', '--count', String(MESSAGES)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  watching.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const isOver = once(watching, 'close');
  while (JSON.parse(await tool('serve:status', '--json')).subscribers.length === 0);
  await tool('instance:start', 'seconds');
  await isOver;
  const { pid } = JSON.parse(await tool('instance:list', '--json'))[0];
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  await tool('instance:stop', 'seconds');
  const times = text
    .trim()
    .split('\n')
    .map((line) => Date.parse(JSON.parse(line).Time));
  return { ms: (times.at(-1) ?? 0) - (times[0] ?? 0), memory: Number(kibibytes) / 1024 };
}

const program = join(scratch, 'seconds');
writeFileSync(program, `#!${process.execPath}\n// ${COOKIE}\nrequire(${JSON.stringify(SOURCE)});\n`);
chmodSync(program, 0o755);
await tool('provider:install', program);
await tool('instance:create', 'seconds', '--provider', 'seconds', '--param', `count=${MESSAGES}`, '--no-start');
await tool('serve');
/** @type {{ bare: Awaited<ReturnType<typeof bare>>, own: Awaited<ReturnType<typeof bare>> }[]} */
const rounds = [];
try {
  for (let round = 0; round < ROUNDS; round++) rounds.push({ bare: await bare(round), own: await byInstance() });
} finally {
  await tool('serve:stop');
}
const middle = (/** @type {(round: typeof rounds[number]) => number} */ of) => median(rounds.map(of));
console.log(`${MESSAGES} messages of a source, ${ROUNDS} rounds`);
console.log(`  a bare client that posts each: ${middle(({ bare }) => bare.ms).toFixed(0)} ms, ${middle(({ bare }) => bare.memory).toFixed(0)} MiB`);
console.log(`  an instance, as events:        ${middle(({ own }) => own.ms).toFixed(0)} ms, ${middle(({ own }) => own.memory).toFixed(0)} MiB`);
const floor = atMost(
  'messages of a source as events, against a bare client that posts each',
  middle(({ bare, own }) => own.ms / bare.ms),
  TIMES_BARE,
  '×',
);
console.log(floorLine(floor));
if (process.argv.includes('--check') && !floor.ok) process.exitCode = 1;
