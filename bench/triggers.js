// What a trigger and a guard cost, against the bare shell starts they imply. See bench/README.md.
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeHome, SCRIPT, writeExecutable } from './support/homes.js';
import { atMost } from './support/report.js';
import { PLUGN, runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const PLUGINS = [1, 200, 1000];
const LISTENERS = 20;
const SHELL = '`sh -c :`';
const NODE = '`node -e 0`';
const LOOP = `${LISTENERS} files in a plain shell loop`;
const UNGUARDED = '`tool x:y`, 200 plugins';
const GUARDED = '`tool x:y` under one guard, 200 plugins';
const ONE = 'a trigger with one listener, 200 plugins';
const TOLD = '`tool x:y`, 200 plugins, `commands = true` and no supervisor';
const TOLD_OF = '`tool x:y`, 200 plugins, which becomes an event';
const ONE_TOLD = 'a trigger with one listener, 200 plugins, which becomes an event';
const silent = (/** @type {number} */ plugins) => `a trigger nobody listens to, ${plugins.toLocaleString('en')} plugin${plugins === 1 ? '' : 's'}`;
const heard = (/** @type {number} */ plugins) => `a trigger with ${LISTENERS} listeners, ${plugins.toLocaleString('en')} plugins`;

/** Puts a home, with listeners among its plugins and perhaps a guard, into a directory. @param {string} home @param {number} plugins @param {boolean} guard */
function furnish(home, plugins, guard) {
  makeHome(home, plugins);
  const plugin = (/** @type {number} */ index) => join(home, `plugins/available/p${index}`);
  for (let index = 0; index < Math.min(LISTENERS, plugins); index++) writeExecutable(join(plugin(index), 'heard'), SCRIPT);
  writeExecutable(join(plugin(0), 'once'), SCRIPT);
  if (guard) writeExecutable(join(plugin(0), 'user-auth'), SCRIPT);
}

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const env = (/** @type {string} */ home) => ({
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    TOOL_HOME: home,
    PLUGIN_PATH: join(home, 'plugins'),
  });
  const homes = new Map([...PLUGINS, LISTENERS].map((plugins) => [plugins, join(scratch, `home-${plugins}`)]));
  for (const [plugins, home] of homes) furnish(home, plugins, false);
  const guarded = join(scratch, 'guarded');
  furnish(guarded, 200, true);
  // Where commands and triggers become events, with a supervisor that takes them, and without one.
  const [told, toldOf] = [join(scratch, 'told'), join(scratch, 'told-of')];
  for (const home of [told, toldOf]) {
    furnish(home, 200, false);
    writeFileSync(join(home, 'tool.toml'), '[events]\ncommands = true\nfrom_triggers = ["once"]\n');
  }
  // A home is prepared, and its listeners' configuration rendered, by the first command that needs it.
  for (const home of [...homes.values(), guarded, told, toldOf]) await promisify(execFile)(TOOL, ['plugin:trigger', 'heard'], { cwd: scratch, env: env(home) });
  await promisify(execFile)(TOOL, ['serve'], { cwd: scratch, env: env(toldOf) });
  // Before its home is removed.
  process.prependListener('exit', () => void spawnSync(TOOL, ['serve:stop'], { env: env(toldOf) }));
  const at = (/** @type {number} */ plugins) => env(/** @type {string} */ (homes.get(plugins)));
  const loop = join(scratch, 'loop.sh');
  const files = Array.from({ length: LISTENERS }, (_, index) => `"$PLUGIN_PATH/enabled/p${index}/heard"`);
  writeFileSync(loop, `for file in ${files.join(' ')}; do "$file" || exit; done\n`);
  return [
    { name: SHELL, argv: ['/bin/sh', '-c', ':'], env: at(1), cost: 'shell' },
    ...PLUGINS.map((plugins) => trigger(silent(plugins), 'nobody', at(plugins))),
    trigger(ONE, 'once', at(200)),
    trigger(ONE_TOLD, 'once', env(toldOf)),
    { name: LOOP, argv: ['/bin/sh', loop], env: at(200), cost: 'shell' },
    ...[LISTENERS, 200, 1000].map((plugins) => trigger(heard(plugins), 'heard', at(plugins))),
    { name: UNGUARDED, argv: [TOOL, 'p0:run'], env: at(200), cost: 'shell' },
    { name: TOLD, argv: [TOOL, 'p0:run'], env: env(told), cost: 'shell' },
    { name: TOLD_OF, argv: [TOOL, 'p0:run'], env: env(toldOf), cost: 'shell' },
    { name: GUARDED, argv: [TOOL, 'p0:run'], env: env(guarded), cost: 'shell' },
    { name: NODE, argv: [process.execPath, '-e', '0'], env: at(1), cost: 'node' },
  ];
}

/** @param {string} name @param {string} hook @param {Record<string, string>} env @returns {Contender} */
const trigger = (name, hook, env) => ({ name, argv: [PLUGN, 'trigger', hook], env, cost: 'shell' });

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const median = (/** @type {string} */ name) => rows.find((row) => row.name === name)?.median ?? Number.NaN;
  return [
    atMost(`${silent(200)}, whole process`, median(silent(200)), 2, 'ms'),
    atMost(`${heard(200)}, against the plain loop`, median(heard(200)) / median(LOOP), 1.3, '×'),
    atMost('a command that becomes an event, against one that does not and a start of sh', median(TOLD_OF), median(UNGUARDED) + median(SHELL), 'ms'),
    atMost('a trigger that becomes an event, against one that does not and two starts of sh', median(ONE_TOLD), median(ONE) + 2 * median(SHELL), 'ms'),
    atMost('a guarded command, against an unguarded one and one trigger', median(GUARDED), median(UNGUARDED) + median(ONE), 'ms'),
  ];
}

await runBench({
  name: 'triggers',
  about: 'Measures what triggers and guards cost, against the bare shell starts they imply.',
  prepare,
  floorsOf,
  exec: SHELL,
  node: NODE,
});
