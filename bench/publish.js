// What the index of 1,000 archives costs, against sha256sum of them, tar taking the manifest out of each, and a start of Node. See bench/README.md.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { programOnPath } from './support/programs.js';
import { atMost, tableOfLong } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const ARCHIVES = 1000;
/** Of a program that does not pack, and of texts that do. */
const [PROGRAM_BYTES, TEXT_BYTES] = [32_000, 64_000];

const NODE = '`node -e 0`';
const SUMS = '`sha256sum` of 1,000 archives';
const TARS = '`tar -xzOf … plugin.toml` of each';
const INDEX = '`tool repository:index` of them';

/** A plugin as it is packed, its manifest among the last: 40 KB. @param {number} index @returns {Promise<Buffer>} */
async function archive(index) {
  const tar = pack();
  tar.entry({ name: 'bare/default', mode: 0o755 }, randomBytes(PROGRAM_BYTES));
  for (const name of ['README.md', 'LICENSE', 'docs/use.md', 'docs/build.md']) {
    tar.entry({ name }, `${name}: plugin ${index} does what it says, and says it here at length.\n`.repeat(400).slice(0, TEXT_BYTES / 4));
  }
  tar.entry({ name: 'plugin.toml' }, `[plugin]\ndescription = "plugin number ${index}"\nversion = "1.0.${index}"\n[plugin.config]\n`);
  tar.finalize();
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of tar) chunks.push(/** @type {Buffer} */ (chunk));
  return promisify(gzip)(Buffer.concat(chunks));
}

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const env = { PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter), HOME: scratch, TOOL_HOME: join(scratch, 'home') };
  const directory = join(scratch, 'plugin-dist');
  mkdirSync(directory);
  for (let index = 0; index < ARCHIVES; index++) writeFileSync(join(directory, `plugin_p${index}_linux_amd64.tar.gz`), await archive(index));
  const sh = (/** @type {string} */ line) => ['/bin/sh', '-c', line, directory];
  const tar = programOnPath('tar', 'install it');
  const index = [
    TOOL,
    'repository:index',
    '-binaries-path',
    directory,
    '-url-base-path',
    'https://plugins.example.org',
    '-output-path',
    join(scratch, 'index.yaml'),
  ];
  return [
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
    { name: SUMS, argv: sh('sha256sum "$0"/* > /dev/null'), env, cost: 'long' },
    { name: TARS, argv: sh(`for file in "$0"/*; do ${tar} -xzOf "$file" plugin.toml; done > /dev/null`), env, cost: 'long' },
    { name: INDEX, argv: ['/bin/sh', '-c', 'rm -f "$0"; exec "$@"', join(scratch, 'index.yaml'), ...index], env, cost: 'long' },
  ];
}

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const of = (/** @type {string} */ name) => rows.find((row) => row.name === name)?.median ?? Number.NaN;
  return [atMost(`${INDEX}, against the three together`, of(INDEX) / (of(SUMS) + of(TARS) + of(NODE)), 1.5, '×')];
}

await runBench({
  name: 'publish',
  about: `Measures the index of ${ARCHIVES} archives against what it is made of.`,
  prepare,
  floorsOf,
  table: tableOfLong,
  rounds: { full: 4, quick: 1 },
  exec: NODE,
  node: NODE,
});
