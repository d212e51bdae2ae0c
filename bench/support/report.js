import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { basename } from 'node:path';
import { median, quantile } from './statistics.js';

/**
 * One line of the table, in milliseconds.
 * @typedef {{ name: string, runs: number, median: number, p10: number, p90: number, overExec: number, timesNode: number }} Row
 */
/** A promise that the numbers must keep. @typedef {{ floor: string, value: number, limit: number, unit: 'ms' | '×' | 'MB', ok: boolean }} Floor */

/**
 * The rows of a run. What one costs over another is taken within each round, where both met the same machine, and the middle of those is given.
 * @param {Map<string, number[][]>} samples
 * @param {string} exec name of the contender that is the plugin itself
 * @param {string} node name of the contender that is bare Node
 * @returns {Row[]}
 */
export function rowsOf(samples, exec, node) {
  const execRounds = (samples.get(exec) ?? []).map(median);
  const nodeRounds = (samples.get(node) ?? []).map(median);
  return [...samples].map(([name, rounds]) => {
    const all = rounds.flat();
    const middles = rounds.map(median);
    return {
      name,
      runs: all.length,
      median: median(all),
      p10: quantile(all, 0.1),
      p90: quantile(all, 0.9),
      overExec: median(middles.map((middle, round) => middle - (execRounds[round] ?? Number.NaN))),
      timesNode: median(middles.map((middle, round) => middle / (nodeRounds[round] ?? Number.NaN))),
    };
  });
}

/** The machine in general terms: enough to compare by, nothing that names it. @param {{ git: string }} programs */
export function describeMachine({ git }) {
  const memory = Math.round(totalmem() / 2 ** 30);
  const gitVersion = execFileSync(git, ['--version'], { encoding: 'utf8' }).trim().replace('git version ', 'git ');
  return `${availableParallelism()} cores, ${memory} GB of memory, Node ${process.versions.node}, ${gitVersion}, sh is ${basename(realpathSync('/bin/sh'))}`;
}

/** @param {string} name @param {number} value @param {number} limit @param {Floor['unit']} unit @returns {Floor} */
export const atMost = (name, value, limit, unit) => ({ floor: name, value, limit, unit, ok: value <= limit });

const ms = (/** @type {number} */ value) => value.toFixed(value < 10 ? 2 : 1);

/** @param {readonly Row[]} rows */
export function markdownTable(rows) {
  const lines = rows.map(
    ({ name, median: middle, p10, p90, overExec, timesNode }) =>
      `| ${name} | ${ms(middle)} | ${ms(p10)}–${ms(p90)} | ${ms(overExec)} | ${timesNode.toFixed(2)} |`,
  );
  return ['| what | median (ms) | p10–p90 (ms) | over exec of the plugin (ms) | × bare node |', '|---|--:|--:|--:|--:|', ...lines].join('\n');
}

/** Rows of long commands, in whole milliseconds, against bare node alone. @param {readonly Row[]} rows */
export function tableOfLong(rows) {
  const whole = (/** @type {number} */ value) => value.toFixed(0);
  const lines = rows.map(
    ({ name, median: middle, p10, p90, timesNode }) => `| ${name} | ${whole(middle)} | ${whole(p10)}–${whole(p90)} | ${timesNode.toFixed(2)} |`,
  );
  return ['| what | median (ms) | p10–p90 (ms) | × bare node |', '|---|--:|--:|--:|', ...lines].join('\n');
}

/** @param {Floor} floor */
export const floorLine = ({ floor, value, limit, unit, ok }) =>
  `${ok ? 'ok    ' : 'MISSED'} ${floor}: ${value.toFixed(2)} ${unit}, at most ${limit.toFixed(2)} ${unit}`;
