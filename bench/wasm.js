// What a command that is a WASM module costs, against bare node; what it takes to pass 64 MB through one, and how long after its time a guest is over. See bench/README.md.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import wabt from 'wabt';
import { makeHome } from './support/homes.js';
import { peakOf } from './support/peak.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const NODE = '`node -e 0`';
const SMALL = '`tool NAME`, a module of 200 bytes';
const LARGE = '`tool NAME`, a module of 200 KB';
const STREAMED_BYTES = 64 << 20;

/** Code that nothing calls, and that has to be compiled all the same. @param {number} count of functions */
const functions = (count) =>
  Array.from(
    { length: count },
    (_, index) => `(func $f${index} (param i32) (result i32) ${`(i32.add (local.get 0) (i32.const ${index}))`.padEnd(1)}
    (local.set 0) (i32.mul (local.get 0) (i32.xor (local.get 0) (i32.const ${index * 7919}))))`,
  ).join('\n');

/** @param {string} text @returns {Promise<Buffer>} */
async function assemble(text) {
  const module = (await wabt()).parseWat('bench.wat', text);
  return Buffer.from(module.toBinary({}).buffer);
}

/** Guests that do not end by themselves: their standard input is open and nothing comes, and nobody reads what they print. */
const WASI = `(import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32))) (memory (export "memory") 2)
  (data (i32.const 0) "\\00\\04\\00\\00\\60\\ea\\00\\00")`;
const ENDLESS = {
  'in a loop': '(loop $l (br $l))',
  'waiting for input': '(drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))',
  'waiting for a reader': '(loop $l (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $l))',
};
const TIMEOUT_MS = 400;
const RUNS = 5;

/**
 * How long a guest takes from its start to its end, beyond its time: the median of some runs.
 * @param {string} program the stub of an installed module @param {Record<string, string>} env @param {number} timeoutMs what it is granted
 */
async function overrun(program, env, timeoutMs) {
  const text = readFileSync(program, 'utf8').replace(/"timeoutMs":\d+/, `"timeoutMs":${timeoutMs}`);
  writeFileSync(program, text);
  const took = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    const child = spawn(program, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    const status = await new Promise((done) => child.on('exit', done));
    if (status !== 124) throw new Error(`${program} ended with ${status}, and not because its time was over`);
    took.push(performance.now() - started - timeoutMs);
  }
  return /** @type {number} */ (took.sort((a, b) => a - b)[RUNS >> 1]);
}

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const home = join(scratch, 'home');
  const env = { PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter), HOME: scratch, TOOL_HOME: home };
  makeHome(home, 199);
  const guests = {
    small: '(module (memory (export "memory") 1) (func (export "_start")))',
    large: `(module (memory (export "memory") 1) ${functions(9000)} (func (export "_start")))`,
  };
  for (const [name, text] of Object.entries(guests)) {
    mkdirSync(join(scratch, name, 'bare'), { recursive: true });
    writeFileSync(join(scratch, name, 'plugin.toml'), '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n');
    writeFileSync(join(scratch, name, 'bare/default.wasm'), await assemble(text));
    await promisify(execFile)(TOOL, ['plugin:install', join(scratch, name)], { cwd: scratch, env });
  }
  await promisify(execFile)(TOOL, ['plugin:install', resolve(import.meta.dirname, '../examples/wasm'), '--name', 'upper'], { cwd: scratch, env });
  for (const [index, [name, body]] of Object.entries(ENDLESS).entries()) {
    const plugin = `endless${index}`;
    mkdirSync(join(scratch, plugin, 'bare'), { recursive: true });
    writeFileSync(join(scratch, plugin, 'plugin.toml'), '[plugin]\ndescription = "d"\nversion = "1"\n[plugin.config]\n');
    writeFileSync(join(scratch, plugin, 'bare/default.wasm'), await assemble(`(module ${WASI} (func (export "_start") ${body}))`));
    await promisify(execFile)(TOOL, ['plugin:install', join(scratch, plugin)], { cwd: scratch, env });
    const program = join(home, 'plugins/available', plugin, 'bare/default');
    const host = { ...env, TOOL_PACKAGE: resolve(import.meta.dirname, '..'), TOOL_NODE: process.execPath };
    // What a start and an end take is that of the same guest with next to no time.
    overruns.set(name, (await overrun(program, host, TIMEOUT_MS)) - (await overrun(program, host, 1)));
  }
  const file = join(scratch, 'streamed');
  writeFileSync(file, Buffer.alloc(STREAMED_BYTES, 'tool\n'));
  const bare = await peakOf([process.execPath, '-e', 'setTimeout(() => {}, 100)'], env);
  streamed = (await peakOf([TOOL, 'upper'], env, openSync(file, 'r'))) - bare;
  return [
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
    { name: SMALL, argv: [TOOL, 'small'], env, cost: 'node' },
    { name: LARGE, argv: [TOOL, 'large'], env, cost: 'node' },
  ];
}

/** Over a bare Node, in MB. */
let streamed = Number.NaN;
/** How long after its time each endless guest was over, in ms. @type {Map<string, number>} */
const overruns = new Map();

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const row = (/** @type {string} */ name) => /** @type {Row} */ (rows.find((candidate) => candidate.name === name));
  return [
    atMost(`${LARGE}, against bare node`, row(LARGE).median / row(NODE).median, 1.6, '×'),
    atMost('64 MB through a module, peak memory over bare node', streamed, 60, 'MB'),
    ...[...overruns].map(([name, took]) => atMost(`a guest ${name}, until it is over, beyond its limit`, took, 250, 'ms')),
  ];
}

await runBench({ name: 'wasm', about: 'Measures what a command that is a WASM module costs, against bare node.', prepare, floorsOf, exec: NODE, node: NODE });
