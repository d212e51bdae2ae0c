// What a search among 10,000 plugins of a repository costs, and reading their index, against a start of Node. See bench/README.md.
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { peakOf } from './support/peak.js';
import { atMost, tableOfLong } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const ENTRIES = 10_000;
const WORDS = 'cluster deploy backup restore secret ingress node volume network policy audit cost trace log metric alert rollout canary shell proxy'.split(' ');
const PLATFORMS = ['linux/amd64', 'linux/arm64', 'darwin/amd64', 'darwin/arm64'];

const NODE = '`node -e 0`';
const WARM = '`tool plugin:search` of the copy';
const COLD = '`tool plugin:search` that reads the index first';

/** An index as Botkube's generator writes it, 12 MB. @returns {string} */
function indexText() {
  const lines = ['entries:'];
  for (let index = 0; index < ENTRIES; index++) {
    const word = (/** @type {number} */ step) => WORDS[(index * 7 + step * 13) % WORDS.length];
    const [name, version] = [`${word(1)}-${word(2)}-${index}`, `v1.${index % 40}.${index % 7}`];
    lines.push(`- name: ${name}`, '  type: executor', `  description: Runs ${word(3)} and ${word(4)} for every ${word(5)} of a team, number ${index}.`);
    lines.push(`  documentationUrl: https://docs.example.org/${name}`, `  version: ${version}`, '  urls:');
    for (const platform of PLATFORMS) {
      const [os, architecture] = platform.split('/');
      lines.push(`  - url: https://plugins.example.org/releases/${version}/executor_${name}_${os}_${architecture}`);
      lines.push(`    checksum: ${String(index).padStart(8, '0').repeat(8)}`, '    platform:', `      os: ${os}`, `      architecture: ${architecture}`);
    }
    lines.push(
      '  jsonSchema:',
      '    value: |-',
      '      {',
      '        "$schema": "http://json-schema.org/draft-07/schema#",',
      '        "type": "object"',
      '      }',
    );
    lines.push('  recommended: false');
  }
  return `${lines.join('\n')}\n`;
}

/** Of the cold search, in MB. */
let peak = Number.NaN;

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const env = { PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter), HOME: scratch, TOOL_HOME: join(scratch, 'home') };
  const index = join(scratch, 'index.yaml');
  writeFileSync(index, indexText());
  await promisify(execFile)(TOOL, ['repository:add', 'bench', index], { cwd: scratch, env });
  const search = [TOOL, 'plugin:search', 'deploy'];
  // Without its note a copy is none.
  const note = join(scratch, 'home/plugins/repositories/bench/meta.json');
  rmSync(note);
  peak = await peakOf(search, env);
  return [
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
    { name: WARM, argv: search, env, cost: 'node' },
    { name: COLD, argv: ['/bin/sh', '-c', 'rm -f "$0"; exec "$@"', note, ...search], env, cost: 'node' },
  ];
}

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const against = (/** @type {string} */ name, /** @type {number} */ limit) =>
    atMost(`${name}, against bare node`, rows.find((row) => row.name === name)?.timesNode ?? Number.NaN, limit, '×');
  return [against(WARM, 3.5), against(COLD, 22), atMost('reading the index, peak memory', peak, 150, 'MB')];
}

await runBench({
  name: 'catalogues',
  about: `Measures a search among ${ENTRIES} plugins of a repository, and reading their index, against a start of Node.`,
  prepare,
  floorsOf,
  table: tableOfLong,
  exec: NODE,
  node: NODE,
});
