// What the dispatcher costs, against exec of the plugin itself, bare Node and git's dispatcher. See bench/README.md.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { makeHome, SCRIPT, scratchDirectory, writeExecutable } from './support/homes.js';
import { measureInTurns } from './support/measure.js';
import { programOnPath } from './support/programs.js';
import { atMost, describeMachine, floorLine, markdownTable, rowsOf } from './support/report.js';

/** @import { Contender, Effort } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const HELP = `usage: node bench/dispatch.js [--quick] [--check] [--format markdown|json]

Measures what the dispatcher costs over exec of the plugin itself, and against bare node and git.

  --quick            fewer rounds: a look, not a measurement
  --check            exit status 1 when a floor is missed
  --format <format>  markdown (default) or json
  --help             this text`;

const PACKAGE = resolve(import.meta.dirname, '..');
const TOOL = join(PACKAGE, 'bin/tool');
const PLUGINS = [1, 200, 1000];

/** @type {Effort} */
const FULL = { rounds: 10, runs: { shell: 30, node: 3 }, warmUp: 1 };
/** @type {Effort} */
const QUICK = { rounds: 3, runs: { shell: 20, node: 2 }, warmUp: 1 };

const EXEC = 'exec of the plugin';
const NODE = '`node -e 0`';
const GIT = "git's dispatcher, `git x`";
const counted = (/** @type {string} */ what, /** @type {number} */ plugins) => `${what}, ${plugins.toLocaleString('en')} plugin${plugins === 1 ? '' : 's'}`;
const hot = (/** @type {number} */ plugins) => counted('`tool x:y` hot', plugins);
const nodeRoute = (/** @type {number} */ plugins) => counted('`tool x:y` Node route', plugins);
const list = (/** @type {number} */ plugins) => counted('`tool plugin:list`', plugins);

/** Puts the homes and git's external command into a directory. @param {string} scratch @param {string} git @returns {Promise<Contender[]>} */
async function prepare(scratch, git) {
  const folder = join(scratch, 'path');
  const script = join(folder, 'git-x');
  writeExecutable(script, SCRIPT);
  const home = (/** @type {number} */ plugins) => join(scratch, `home-${plugins}`);
  const env = (/** @type {number} */ plugins) => ({
    PATH: [folder, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    TOOL_HOME: home(plugins),
  });
  for (const plugins of PLUGINS) {
    makeHome(home(plugins), plugins);
    // A home is prepared by its first command; that is not what is timed.
    await promisify(execFile)(TOOL, ['p0:run'], { cwd: scratch, env: env(plugins) });
  }
  return [
    { name: EXEC, argv: [script], env: env(1), cost: 'shell' },
    { name: '`sh -c :`', argv: ['/bin/sh', '-c', ':'], env: env(1), cost: 'shell' },
    { name: GIT, argv: [git, 'x'], env: env(1), cost: 'shell' },
    ...PLUGINS.map((plugins) => shellContender(hot(plugins), ['p0:run'], env(plugins))),
    { name: NODE, argv: [process.execPath, '-e', '0'], env: env(1), cost: 'node' },
    ...PLUGINS.map((plugins) => nodeContender(nodeRoute(plugins), ['p0:run'], { ...env(plugins), TOOL_FAST: '0' })),
    ...PLUGINS.map((plugins) => nodeContender(list(plugins), ['plugin:list'], env(plugins))),
  ];
}

/** @param {string} name @param {string[]} words @param {Record<string, string>} env @returns {Contender} */
const shellContender = (name, words, env) => ({ name, argv: [TOOL, ...words], env, cost: 'shell' });
/** @param {string} name @param {string[]} words @param {Record<string, string>} env @returns {Contender} */
const nodeContender = (name, words, env) => ({ name, argv: [TOOL, ...words], env, cost: 'node' });

/** The bars of DESIGN.md, "Floors". @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const row = (/** @type {string} */ name) => /** @type {Row} */ (rows.find((candidate) => candidate.name === name));
  return [
    ...PLUGINS.map((plugins) => atMost(`${hot(plugins)}, over exec`, row(hot(plugins)).overExec, plugins > 200 ? 2.5 : 1.5, 'ms')),
    atMost(`${hot(200)}, over exec, against git's`, row(hot(200)).overExec, row(GIT).overExec, 'ms'),
    ...PLUGINS.map((plugins) => atMost(`${nodeRoute(plugins)}, against bare node`, row(nodeRoute(plugins)).timesNode, 1.4, '×')),
    atMost(`${list(1)}, against bare node`, row(list(1)).timesNode, 1.6, '×'),
  ];
}

/** @param {string[]} argv @returns {Promise<number>} the exit status */
async function main(argv) {
  const { values } = parseArgs({
    args: argv,
    options: { quick: { type: 'boolean' }, check: { type: 'boolean' }, format: { type: 'string', default: 'markdown' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (!['markdown', 'json'].includes(values.format)) throw new TypeError(`--format takes markdown or json, not "${values.format}"`);
  if (!existsSync(join(PACKAGE, 'dist/build.sh'))) throw new Error('dist is not built: make build');
  const hyperfine = programOnPath('hyperfine', 'apt-get install hyperfine');
  const git = programOnPath('git', 'apt-get install git');
  const effort = values.quick ? QUICK : FULL;
  const machine = describeMachine({ git });
  const [load = 0] = loadavg();
  if (load > 1) console.error(`the machine is busy (load ${load.toFixed(1)}): the numbers will be too high`);
  const scratch = scratchDirectory();
  const onRound = (/** @type {number} */ round) => process.stderr.isTTY && process.stderr.write(`\rround ${round + 1} of ${effort.rounds} `);
  const rows = rowsOf(await measureInTurns(await prepare(scratch, git), effort, { hyperfine, cwd: scratch, onRound }), EXEC, NODE);
  if (process.stderr.isTTY) process.stderr.write('\r');
  const floors = floorsOf(rows);
  if (values.format === 'json') console.log(JSON.stringify({ machine, rows, floors }, null, 2));
  else console.log(`${markdownTable(rows)}\n\n${machine}\n\n${floors.map(floorLine).join('\n')}`);
  return values.check && floors.some(({ ok }) => !ok) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
