import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './statistics.js';

/**
 * One command that is measured. Its environment is its own: nothing of the caller's reaches it.
 * @typedef {object} Contender
 * @property {string} name
 * @property {readonly string[]} argv the program's absolute path first, so that no PATH search is timed
 * @property {Readonly<Record<string, string>>} env
 * @property {'shell' | 'node'} cost how long one run takes, roughly: a millisecond or many
 */

/** How much is run: `runs` a contender in every round, `warmUp` before them untimed. @typedef {{ rounds: number, runs: Record<Contender['cost'], number>, warmUp: number }} Effort */

/** Times in milliseconds, a list a round. @typedef {Map<string, number[][]>} Samples */

const run = promisify(execFile);
const quote = (/** @type {string} */ word) => `'${word.replaceAll("'", "'\\''")}'`;

/** @throws {Error} when hyperfine is not on PATH */
export async function needHyperfine() {
  await run('hyperfine', ['--version']).catch(() => {
    throw new Error('needs hyperfine: apt-get install hyperfine');
  });
}

/**
 * Times every contender in short batches, turn by turn.
 *
 * hyperfine -N starts each process with posix_spawn from a small program of its own: ± 0.01 ms from one whole run to the next, where spawnSync
 * from Node adds a millisecond and its garbage collector. One hyperfine call for all would time its contenders one after the other, so that
 * a noisy second hits one of them alone; here it hits a batch of each, and every other round goes backwards so that nobody always follows the same neighbour.
 * @param {readonly Contender[]} contenders
 * @param {Effort} effort
 * @param {{ cwd: string, onRound?: (round: number) => void }} options `cwd` is where the commands run and holds hyperfine's results
 * @returns {Promise<Samples>}
 */
export async function measureInTurns(contenders, effort, { cwd, onRound }) {
  /** @type {Samples} */
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < effort.rounds; round++) {
    onRound?.(round);
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) samples.get(contender.name)?.push(await timeBatch(contender, effort, cwd));
  }
  return samples;
}

/** @param {Contender} contender @param {Effort} effort @param {string} cwd @returns {Promise<number[]>} milliseconds, one a run */
async function timeBatch({ name, argv, env, cost }, { runs, warmUp }, cwd) {
  const report = join(cwd, 'hyperfine.json');
  const options = ['-N', '--style', 'none', '--warmup', String(warmUp), '--runs', String(runs[cost]), '--export-json', report];
  try {
    // hyperfine hands its own environment on; PATH in it is the contender's, so hyperfine itself is found by execFile first.
    await run(await hyperfinePath(), [...options, argv.map(quote).join(' ')], { cwd, env });
    return JSON.parse(readFileSync(report, 'utf8')).results[0].times.map((/** @type {number} */ seconds) => seconds * 1000);
  } catch (error) {
    throw new Error(`could not measure ${name}: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(report, { force: true });
  }
}
