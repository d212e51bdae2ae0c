// What a plugin that is made for Helm costs, against its executable and its program. See bench/README.md.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeHome, SCRIPT, writeExecutable } from './support/homes.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const PLUGINS = 200;
const PROGRAM = 'the program that plugin.yaml names';
const STUB = 'the executable that is made from plugin.yaml';
const WHOLE = `\`tool NAME x y\`, ${PLUGINS} plugins`;
const FLAGS = `\`tool NAME -n team x y\`, ${PLUGINS} plugins`;
const NODE = '`node -e 0`';

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const home = join(scratch, 'home');
  const env = { PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter), HOME: scratch, TOOL_HOME: home };
  makeHome(home, PLUGINS - 1);
  const source = join(scratch, 'greet');
  mkdirSync(source);
  writeExecutable(join(source, 'greet.sh'), SCRIPT);
  writeFileSync(join(source, 'plugin.yaml'), 'name: greet\nversion: 1.0.0\ncommand: $HELM_PLUGIN_DIR/greet.sh\n');
  await promisify(execFile)(TOOL, ['plugin:install', source], { cwd: scratch, env });
  const plugin = join(home, 'plugins/enabled/greet');
  const inside = { ...env, TOOL_PACKAGE: dirname(dirname(TOOL)), PLUGIN_AVAILABLE_PATH: join(home, 'plugins/available') };
  return [
    { name: PROGRAM, argv: [join(plugin, 'greet.sh'), 'x', 'y'], env, cost: 'shell' },
    { name: STUB, argv: [join(plugin, 'bare/default'), 'x', 'y'], env: inside, cost: 'shell' },
    { name: WHOLE, argv: [TOOL, 'greet', 'x', 'y'], env, cost: 'shell' },
    { name: FLAGS, argv: [TOOL, 'greet', '-n', 'team', 'x', 'y'], env, cost: 'shell' },
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
  ];
}

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const over = (/** @type {string} */ name) => rows.find((row) => row.name === name)?.overExec ?? Number.NaN;
  return [atMost(`${WHOLE}, over its executable`, over(WHOLE) - over(STUB), 1.5, 'ms'), atMost(`${WHOLE}, over its program`, over(WHOLE), 2.5, 'ms')];
}

await runBench({
  name: 'helm',
  about: 'Measures what a plugin made for Helm costs, against its executable and its program.',
  prepare,
  floorsOf,
  exec: PROGRAM,
  node: NODE,
});
