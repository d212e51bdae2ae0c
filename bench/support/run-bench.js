import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scratchDirectory } from './homes.js';
import { measureInTurns } from './measure.js';
import { programOnPath } from './programs.js';
import { describeMachine, floorLine, markdownTable, rowsOf } from './report.js';

/** @import { Contender, Effort } from './measure.js' */
/** @import { Floor, Row } from './report.js' */

const PACKAGE = resolve(import.meta.dirname, '../..');
export const TOOL = join(PACKAGE, 'bin/tool');
export const PLUGN = join(PACKAGE, 'bin/plugn');

/** @type {Effort} */
const FULL = { rounds: 10, runs: { shell: 30, node: 3, long: 1 }, warmUp: 1 };
/** @type {Effort} */
const QUICK = { rounds: 3, runs: { shell: 20, node: 2, long: 1 }, warmUp: 1 };

/**
 * What one benchmark is made of.
 * @typedef {object} Bench
 * @property {string} name of its file
 * @property {string} about one sentence for --help
 * @property {(scratch: string, git: string) => Promise<Contender[]>} prepare puts what is timed into a directory
 * @property {(rows: readonly Row[]) => Floor[]} floorsOf
 * @property {(rows: readonly Row[]) => string} [table] in place of the usual one
 * @property {{ full: number, quick: number }} [rounds] in place of the usual ones, where what is timed takes seconds
 * @property {string} exec name of the contender that overheads are over
 * @property {string} node name of the contender that is bare Node
 */

/** @param {Bench} bench */
const help = ({ name, about }) => `usage: node bench/${name}.js [--quick] [--check] [--format markdown|json]

${about}

  --quick            fewer rounds: a look, not a measurement
  --check            exit status 1 when a floor is missed
  --format <format>  markdown (default) or json
  --help             this text`;

/** @param {Bench} bench @param {string[]} argv @returns {Promise<number>} the exit status */
async function main(bench, argv) {
  const { values } = parseArgs({
    args: argv,
    options: { quick: { type: 'boolean' }, check: { type: 'boolean' }, format: { type: 'string', default: 'markdown' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(help(bench));
    return 0;
  }
  if (!['markdown', 'json'].includes(values.format)) throw new TypeError(`--format takes markdown or json, not "${values.format}"`);
  if (!existsSync(join(PACKAGE, 'dist/build.sh'))) throw new Error('dist is not built: make build');
  const hyperfine = programOnPath('hyperfine', 'apt-get install hyperfine');
  const git = programOnPath('git', 'apt-get install git');
  const usual = values.quick ? QUICK : FULL;
  const effort = { ...usual, rounds: (values.quick ? bench.rounds?.quick : bench.rounds?.full) ?? usual.rounds };
  const machine = describeMachine({ git });
  const [load = 0] = loadavg();
  if (load > 1) console.error(`the machine is busy (load ${load.toFixed(1)}): the numbers will be too high`);
  const scratch = scratchDirectory();
  const onRound = (/** @type {number} */ round) => process.stderr.isTTY && process.stderr.write(`\rround ${round + 1} of ${effort.rounds} `);
  const rows = rowsOf(await measureInTurns(await bench.prepare(scratch, git), effort, { hyperfine, cwd: scratch, onRound }), bench.exec, bench.node);
  if (process.stderr.isTTY) process.stderr.write('\r');
  const floors = bench.floorsOf(rows);
  if (values.format === 'json') console.log(JSON.stringify({ machine, rows, floors }, null, 2));
  else console.log(`${(bench.table ?? markdownTable)(rows)}\n\n${machine}\n\n${floors.map(floorLine).join('\n')}`);
  return values.check && floors.some(({ ok }) => !ok) ? 1 : 0;
}

/** Runs a benchmark as a program, from the command line of this process. @param {Bench} bench */
export async function runBench(bench) {
  try {
    process.exitCode = await main(bench, process.argv.slice(2));
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  }
}
