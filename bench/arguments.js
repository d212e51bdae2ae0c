// What declared arguments cost a script: one start of Node, and little more. See bench/README.md.
import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeHome, writeExecutable } from './support/homes.js';
import { programOnPath } from './support/programs.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const SH = '`sh -c :`';
const NODE = '`node -e 0`';
const ARGS = '`tool args` of `#USAGE` lines';
const ARGC = "`tool args` of argc's comments";
const LIBRARY = '`args_read` of the library';
const COMMAND = 'a command with its `eval` line';
const TAB = 'a Tab for a declared flag';
const PLAIN = 'a Tab for a flag of `# Usage:`';

const USAGE = `#!/bin/sh
#USAGE about "Ship an app"
#USAGE flag "-f --force" help="Ask for no confirmation"
#USAGE flag "-l --level <level>" default="low" env="SHIP_LEVEL" help="How much to ship" {
#USAGE   choices "low" "high"
#USAGE }
#USAGE flag "-o --output <file>" help="Where to"
#USAGE arg "<app>" help="The app"
#USAGE arg "[file]..." help="What to ship, instead of everything"
`;
const COMMENTS = `#!/bin/sh
# @describe Ship an app
# @flag -f --force  Ask for no confirmation
# @option -l --level[=low|high] $SHIP_LEVEL  How much to ship
# @option -o --output <FILE>  Where to
# @arg app!  The app
# @arg file*  What to ship, instead of everything
`;
const EVAL = 'eval "$(tool args "$0" "$@")"\n';

/** A home with 200 plugins, one of which declares arguments. @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const home = join(scratch, 'home');
  makeHome(home, 200);
  const bare = join(home, 'plugins/available/p0/bare');
  writeExecutable(join(bare, 'ship'), USAGE + EVAL);
  writeExecutable(join(bare, 'argc'), COMMENTS + EVAL);
  writeExecutable(join(bare, 'plain'), '#!/bin/sh\n# Usage: plain <app> [--force] [--level low|high]\n');
  const packagePath = dirname(dirname(TOOL));
  const env = {
    PATH: [dirname(TOOL), dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    LANG: 'C.UTF-8',
    TOOL_HOME: home,
  };
  await promisify(execFile)(TOOL, ['version'], { cwd: scratch, env });
  const words = ['web', '--level', 'high', '-f', 'a file'];
  const sh = programOnPath('sh', 'apt-get install dash');
  const library = `. ${packagePath}/plugins/common/argument-functions; args_read "$@"`;
  return [
    { name: SH, argv: [sh, '-c', ':'], env, cost: 'shell' },
    { name: ARGS, argv: [TOOL, 'args', join(bare, 'ship'), ...words], env, cost: 'node' },
    { name: ARGC, argv: [TOOL, 'args', join(bare, 'argc'), ...words], env, cost: 'node' },
    {
      name: LIBRARY,
      argv: [sh, '-c', library, sh, join(bare, 'ship'), ...words],
      env: { ...env, TOOL_PACKAGE: packagePath, TOOL_NODE: process.execPath },
      cost: 'node',
    },
    { name: COMMAND, argv: [TOOL, 'p0:ship', ...words], env, cost: 'node' },
    { name: TAB, argv: [TOOL, '--complete', '--', 'p0:ship', '--'], env, cost: 'shell' },
    { name: PLAIN, argv: [TOOL, '--complete', '--', 'p0:plain', '--'], env, cost: 'shell' },
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
  ];
}

/** Limits are in starts of Node and of sh, taken in the same run. @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const row = (/** @type {string} */ name) => rows.find((one) => one.name === name);
  const starts = (/** @type {string} */ name, /** @type {number} */ limit) =>
    atMost(`${name}, against bare node`, row(name)?.timesNode ?? Number.NaN, limit, '×');
  return [
    starts(ARGS, 1.3),
    starts(ARGC, 1.3),
    starts(LIBRARY, 1.3),
    atMost(`${TAB}, against bare sh`, (row(TAB)?.median ?? Number.NaN) / (row(SH)?.median ?? Number.NaN), 12, '×'),
  ];
}

await runBench({
  name: 'arguments',
  about: 'Measures what declared arguments cost a script, against bare node, and a Tab for them, against bare sh.',
  prepare,
  floorsOf,
  exec: SH,
  node: NODE,
});
