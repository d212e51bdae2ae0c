// What reading and changing a variable costs, against the bare start of the shell that does it. See bench/README.md.
import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { programOnPath } from './support/programs.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const BASH = '`bash -c :`';
const NODE = '`node -e 0`';
const SIZES = [1, 20, 200];
const get = (/** @type {number} */ size) => `\`tool config:get\` of ${size} variable${size === 1 ? '' : 's'}`;
const set = (/** @type {number} */ size) => `\`tool config:set\` of ${size} variable${size === 1 ? '' : 's'}`;

/** A home with an app for each size, that has so many variables. @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const env = {
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    LANG: 'C.UTF-8',
    TOOL_HOME: join(scratch, 'home'),
  };
  for (const size of SIZES) {
    await promisify(execFile)(TOOL, ['apps:create', `app-${size}`], { cwd: scratch, env });
    const pairs = Array.from({ length: size }, (_, index) => `KEY_${index}=a value with $ and "quotes" ${index}`);
    await promisify(execFile)(TOOL, ['config:set', `app-${size}`, ...pairs], { cwd: scratch, env });
  }
  return [
    { name: BASH, argv: [programOnPath('bash', 'apt-get install bash'), '-c', ':'], env, cost: 'shell' },
    ...SIZES.map((size) => command(get(size), ['config:get', `app-${size}`, 'KEY_0'], env)),
    ...SIZES.map((size) => command(set(size), ['config:set', `app-${size}`, 'KEY_0=a new value'], env)),
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
  ];
}

/** @param {string} name @param {string[]} argv @param {Record<string, string>} env @returns {Contender} */
const command = (name, argv, env) => ({ name, argv: [TOOL, ...argv], env, cost: 'shell' });

/** Limits are in starts of bash, taken in the same run. @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const median = (/** @type {string} */ name) => rows.find((row) => row.name === name)?.median ?? Number.NaN;
  const starts = (/** @type {string} */ name, /** @type {number} */ limit) => atMost(`${name}, against bare bash`, median(name) / median(BASH), limit, '×');
  return [starts(get(20), 6), starts(get(200), 12), starts(set(20), 13), starts(set(200), 25)];
}

await runBench({
  name: 'config',
  about: 'Measures what reading and changing a variable costs, against the bare start of the shell that does it.',
  prepare,
  floorsOf,
  exec: BASH,
  node: NODE,
});
