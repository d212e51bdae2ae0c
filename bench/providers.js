// Providers under the supervisor: an action through a warm instance against a bare round trip, and two hundred instances that are started, killed and recovered. See bench/README.md.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { scratchDirectory } from './support/homes.js';
import { atMost, floorLine } from './support/report.js';
import { TOOL } from './support/run-bench.js';
import { median, quantile } from './support/statistics.js';

const QUICK = process.argv.includes('--quick');
const [INSTANCES, KILLED, ROUNDS, REQUESTS] = QUICK ? [40, 10, 5, 100] : [200, 50, 20, 200];
const TIMES_BARE = 3;
/** The least that answers over a UNIX socket. */
const BARE = `require('node:http').createServer((request, response) => { request.resume(); request.on('end', () => { response.setHeader('content-type', 'application/json'); response.end('"Running"'); }); }).listen(process.argv[1], () => console.log('up'));`;

const scratch = scratchDirectory();
const env = { PATH: process.env.PATH, HOME: scratch, TOOL_HOME: join(scratch, 'home'), XDG_RUNTIME_DIR: join(scratch, 'run') };
mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
const data = join(env.TOOL_HOME, 'data/provider');

/** @param {...string} words */
const tool = async (...words) => (await promisify(execFile)(TOOL, words, { env, maxBuffer: 2 ** 26 })).stdout;
/** @param {...string} words */
const json = async (...words) => JSON.parse(await tool(...words, '--json'));
const supervisor = () => JSON.parse(readFileSync(join(data, 'serving.json'), 'utf8'));

/** Milliseconds of one request on a connection that is kept. @param {Agent} agent @param {string} socketPath @param {string} path @param {string} body @returns {Promise<number>} */
function roundTrip(agent, socketPath, path, body) {
  const started = performance.now();
  return new Promise((done, fail) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ agent, socketPath, method: 'POST', path, headers }, (response) => {
      response.resume();
      response.on('end', () => done(performance.now() - started));
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

/** What runs actions, built as it is in the supervisor: by it a call of an action is timed without the way to the supervisor. */
async function builtSupervisor() {
  const entry = join(scratch, 'entry.ts');
  const source = (/** @type {string} */ path) => JSON.stringify(resolve(import.meta.dirname, '../src/providers', path));
  writeFileSync(
    entry,
    `export { runAction } from ${source('actions/actions.ts')};\nexport { Supervisor } from ${source('supervisor/supervisor.ts')};\nexport { providerPaths } from ${source('paths.ts')};\nexport { serveSettings } from ${source('supervisor/settings.ts')};\n`,
  );
  const file = join(scratch, 'supervisor.cjs');
  await build({ input: entry, platform: 'node', output: { file, format: 'cjs', codeSplitting: false } });
  return createRequire(import.meta.url)(file);
}

/** Round trips in turns: the bare one, an action within the supervisor, and one asked of it over its control socket. */
async function measureRoundTrips() {
  const bareSocket = join(scratch, 'bare.sock');
  const bare = spawn(process.execPath, ['-e', BARE, bareSocket], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(bare.stdout, 'data');
  await tool('provider:install', resolve(import.meta.dirname, '../examples/incrementer/incrementer'));
  await tool('instance:create', 'incr', '--provider', 'incrementer');
  const { Supervisor, runAction, providerPaths, serveSettings } = await builtSupervisor();
  const home = env.TOOL_HOME;
  const options = {
    paths: providerPaths(home),
    home,
    packagePath: resolve(import.meta.dirname, '..'),
    version: '',
    env,
    settings: serveSettings(home),
    onNote: console.error,
  };
  const own = new Supervisor({ ...options, isOneShot: true });
  await own.startAll();
  await tool('serve');
  const asked = { command: 'incrstatus', model: '', id: '', object: undefined, plugin: '', params: {}, timeoutMs: 10_000 };
  const action = JSON.stringify({ command: 'incrstatus', model: '', id: '', plugin: '', params: {}, timeoutMs: 10_000 });
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
  const { control } = supervisor();
  const within = async () => {
    const started = performance.now();
    const result = await runAction(own.actionWorld(), asked);
    if (result.kind !== 'result') throw new Error(JSON.stringify(result));
    return performance.now() - started;
  };
  const ways = [
    () => roundTrip(/** @type {Agent} */ (agents[0]), bareSocket, '/', action),
    within,
    () => roundTrip(/** @type {Agent} */ (agents[1]), control, '/control/run-action', action),
  ];
  /** @type {number[][]} */
  const found = ways.map(() => []);
  for (let round = 0; round < ROUNDS + 1; round++) {
    for (const [kind, way] of ways.entries()) {
      for (let count = 0; count < REQUESTS; count++) {
        const took = await way();
        // The first round warms up.
        if (round > 0) found[kind]?.push(took);
      }
    }
  }
  await own.stopAll();
  for (const agent of agents) agent.destroy();
  bare.kill();
  await tool('instance:destroy', 'incr');
  await tool('serve:stop');
  return found;
}

/** The processes of instances, by their mark. */
const marked = () =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(`RS_LOCAL_PROXY=${env.XDG_RUNTIME_DIR}/`);
    } catch {
      return false;
    }
  });

/** MiB of memory that a process holds. @param {number} pid */
const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** @param {() => Promise<unknown>} action @returns {Promise<number>} seconds */
async function secondsOf(action) {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}

/** @param {() => Promise<boolean>} isSo */
async function until(isSo) {
  while (!(await isSo())) await wait(50);
}

const running = async () => (await json('instance:list')).filter((/** @type {{ state: string }} */ { state }) => state === 'running');

/** Many instances: started, some of them killed, then the supervisor, and started again. */
async function measureMany() {
  await tool('provider:install', resolve(import.meta.dirname, '../test/fixtures/providers/pybot'));
  for (let number = 0; number < INSTANCES; number++) {
    const name = `load-${number}`;
    const instance = {
      format: 1,
      name,
      provider: 'pybot',
      description: '',
      params: { 'pybot/greeting': 'Hi' },
      environment: [],
      wanted: true,
      createdAt: '2026-01-01T00:00:00Z',
    };
    writeFileSync(join(data, 'instances', `${name}.json`), JSON.stringify(instance), { mode: 0o600 });
  }
  const started = await secondsOf(() => tool('serve'));
  const memory = memoryOf(supervisor().process.pid);
  const pids = (await running())
    .map((/** @type {{ pid: number }} */ { pid }) => pid)
    .filter((/** @type {number} */ _, /** @type {number} */ index) => index % Math.floor(INSTANCES / KILLED) === 0);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  const recovered = await secondsOf(() =>
    until(async () => (await running()).filter((/** @type {{ pid: number }} */ { pid }) => !pids.includes(pid)).length === INSTANCES),
  );
  const before = performance.now();
  process.kill(supervisor().process.pid, 'SIGKILL');
  await until(async () => marked().length === 0);
  const gone = (performance.now() - before) / 1000;
  const again = await secondsOf(() => tool('serve'));
  const left = (await running()).length;
  const stopped = await secondsOf(() => tool('serve:stop'));
  return { started, memory, killed: pids.length, recovered, gone, again, left, stopped, orphans: marked().length };
}

const [bare = [], action = [], asked = []] = await measureRoundTrips();
const many = await measureMany();
const ms = (/** @type {readonly number[]} */ values) =>
  `${median(values).toFixed(3)} | ${quantile(values, 0.1).toFixed(3)}–${quantile(values, 0.9).toFixed(3)}`;
console.log(
  `| a round trip over a UNIX socket | median (ms) | p10–p90 (ms) |\n|---|--:|--:|\n| bare HTTP | ${ms(bare)} |\n| an action of a warm instance, within the supervisor | ${ms(action)} |\n| the same, asked of the supervisor over its control socket | ${ms(asked)} |\n`,
);
console.log(`| ${INSTANCES} instances of a provider in Python | |\n|---|--:|`);
console.log(`| \`tool serve\`, until all run | ${many.started.toFixed(1)} s |\n| memory of the supervisor | ${many.memory.toFixed(0)} MiB |`);
console.log(
  `| ${many.killed} killed with -9, until all run again | ${many.recovered.toFixed(1)} s |\n| the supervisor killed with -9, until none of their processes is left | ${many.gone.toFixed(2)} s |`,
);
console.log(`| \`tool serve\` again, until ${many.left} run | ${many.again.toFixed(1)} s |\n| \`tool serve:stop\` | ${many.stopped.toFixed(1)} s |\n`);
const floors = [
  atMost('an action through a warm instance over a bare round trip', median(action) / median(bare), TIMES_BARE, '×'),
  atMost('instances that do not run again, and processes that are left', INSTANCES - many.left + many.orphans, 0, '×'),
];
console.log(floors.map(floorLine).join('\n'));
if (process.argv.includes('--check') && floors.some(({ ok }) => !ok)) process.exitCode = 1;
