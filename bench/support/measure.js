import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * One command that is measured. Its environment is its own: nothing of the caller's reaches it.
 * @typedef {object} Contender
 * @property {string} name
 * @property {readonly string[]} argv the program's absolute path first, so that no PATH search is timed
 * @property {Readonly<Record<string, string>>} env
 * @property {'shell' | 'node' | 'long'} cost how long one run takes, roughly: a millisecond, tens, or seconds
 */

/**
 * How much is run in every round.
 * @typedef {object} Effort
 * @property {number} rounds
 * @property {Record<Contender['cost'], number>} runs timed runs of a contender in one round
 * @property {number} warmUp runs before them that are not timed, of what does not take seconds
 */

const run = promisify(execFile);
const ending = new AbortController();
process.on('exit', () => ending.abort());

const quote = (/** @type {string} */ word) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Times every contender in short batches, turn by turn.
 *
 * hyperfine -N starts each process from a small program of its own and repeats to a few hundredths of a millisecond, where spawnSync adds 0.6 ms and
 * its own jitter. One hyperfine call for all contenders would finish one before it begins the next, so a noisy second would fall on one alone: here
 * each gets a short call in every round, and every other round goes backwards so that nobody always follows the same neighbour.
 * @param {readonly Contender[]} contenders
 * @param {Effort} effort
 * @param {{ hyperfine: string, cwd: string, onRound?: (round: number) => unknown }} options hyperfine's path; where the commands run and it puts its results
 * @returns {Promise<Map<string, number[][]>>} by the contender's name: milliseconds, a list a round
 */
export async function measureInTurns(contenders, effort, { hyperfine, cwd, onRound }) {
  /** @type {Map<string, number[][]>} */
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < effort.rounds; round++) {
    onRound?.(round);
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      samples.get(contender.name)?.push(await timeBatch(hyperfine, contender, effort, cwd));
    }
  }
  return samples;
}

/** @param {string} hyperfine @param {Contender} contender @param {Effort} effort @param {string} cwd @returns {Promise<number[]>} milliseconds */
async function timeBatch(hyperfine, { name, argv, env, cost }, { runs, warmUp }, cwd) {
  const results = join(cwd, 'hyperfine.json');
  const options = ['-N', '--style', 'none', '--warmup', String(cost === 'long' ? 0 : warmUp), '--runs', String(runs[cost]), '--export-json', results];
  try {
    // Without a shell hyperfine hands its own environment on, so nothing such as `env` stands in front of what is timed.
    await run(hyperfine, [...options, argv.map(quote).join(' ')], { cwd, env, signal: ending.signal });
    return JSON.parse(readFileSync(results, 'utf8')).results[0].times.map((/** @type {number} */ seconds) => seconds * 1000);
  } catch (error) {
    throw new Error(`could not measure ${name}: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(results, { force: true });
  }
}
