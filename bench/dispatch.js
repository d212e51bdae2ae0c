// What the dispatcher costs, against exec of the plugin itself, bare Node and git's dispatcher. See bench/README.md.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeHome, SCRIPT, writeExecutable } from './support/homes.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const PLUGINS = [1, 200, 1000];

const EXEC = 'exec of the plugin';
const SH = '`sh -c :`';
const NODE = '`node -e 0`';
const GIT = "git's dispatcher, `git x`";
const counted = (/** @type {string} */ what, /** @type {number} */ plugins) => `${what}, ${plugins.toLocaleString('en')} plugin${plugins === 1 ? '' : 's'}`;
const hot = (/** @type {number} */ plugins) => counted('`tool x:y` hot', plugins);
const nodeRoute = (/** @type {number} */ plugins) => counted('`tool x:y` Node route', plugins);
const list = (/** @type {number} */ plugins) => counted('`tool plugin:list`', plugins);

/** Tab behind the command, for the words of all plugins, as bash asks, and with their summaries, as zsh and fish do; and for those of one. */
const TAB = 'Tab, every word, 200 plugins';
const TAB_SUMMARIES = 'Tab, every word and its summary, 200 plugins';
const TAB_ONE = 'Tab, the words of one plugin, 200 plugins';

/** Words of tool.toml among 200 plugins: a command of the default plugin, a plugin and its command, the last of twenty aliases; and what a home with such words pays for others. */
const FRONT = {
  'a word of the default plugin, 200 plugins': ['keep'],
  'a plugin and its command as two words, 200 plugins': ['p1', 'run'],
  'an alias, 200 plugins': ['alias19'],
  '`tool x:y` hot beside such words, 200 plugins': ['p0:run'],
};

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
  const front = join(scratch, 'home-front');
  makeHome(front, 200);
  writeExecutable(join(front, 'plugins/available/p0/bare/keep'), SCRIPT);
  const aliases = Array.from({ length: 20 }, (_, index) => `alias${index} = "p1:run"\n`);
  writeFileSync(join(front, 'tool.toml'), `[dispatch]\ndefault = "p0"\nspaces = true\n[aliases]\n${aliases.join('')}`);
  await promisify(execFile)(TOOL, ['p0:run'], { cwd: scratch, env: { ...env(1), TOOL_HOME: front } });
  return [
    { name: EXEC, argv: [script], env: env(1), cost: 'shell' },
    { name: SH, argv: ['/bin/sh', '-c', ':'], env: env(1), cost: 'shell' },
    { name: GIT, argv: [git, 'x'], env: env(1), cost: 'shell' },
    ...PLUGINS.map((plugins) => shellContender(hot(plugins), ['p0:run'], env(plugins))),
    ...Object.entries(FRONT).map(([name, words]) => shellContender(name, words, { ...env(1), TOOL_HOME: front })),
    shellContender(TAB, ['--complete', '--', ''], env(200)),
    shellContender(TAB_SUMMARIES, ['--complete', '--describe', '--', ''], env(200)),
    shellContender(TAB_ONE, ['--complete', '--', 'p7:'], env(200)),
    { name: NODE, argv: [process.execPath, '-e', '0'], env: env(1), cost: 'node' },
    ...PLUGINS.map((plugins) => nodeContender(nodeRoute(plugins), ['p0:run'], { ...env(plugins), TOOL_FAST: '0' })),
    ...PLUGINS.map((plugins) => nodeContender(list(plugins), ['plugin:list'], env(plugins))),
  ];
}

/** @param {string} name @param {string[]} words @param {Record<string, string>} env @returns {Contender} */
const shellContender = (name, words, env) => ({ name, argv: [TOOL, ...words], env, cost: 'shell' });
/** @param {string} name @param {string[]} words @param {Record<string, string>} env @returns {Contender} */
const nodeContender = (name, words, env) => ({ name, argv: [TOOL, ...words], env, cost: 'node' });

/** The limits (DESIGN "Floors"). @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const row = (/** @type {string} */ name) => /** @type {Row} */ (rows.find((candidate) => candidate.name === name));
  return [
    ...PLUGINS.map((plugins) => atMost(`${hot(plugins)}, over exec`, row(hot(plugins)).overExec, plugins > 200 ? 2.5 : 1.5, 'ms')),
    atMost(`${hot(200)}, over exec, against git's`, row(hot(200)).overExec, row(GIT).overExec, 'ms'),
    ...Object.keys(FRONT).map((name) => atMost(`${name}, over exec`, row(name).overExec, 1.5, 'ms')),
    ...[TAB, TAB_SUMMARIES, TAB_ONE].map((tab) => atMost(`${tab}, against sh -c :`, row(tab).median / row(SH).median, 10, '×')),
    ...PLUGINS.map((plugins) => atMost(`${nodeRoute(plugins)}, against bare node`, row(nodeRoute(plugins)).timesNode, 1.4, '×')),
    atMost(`${list(1)}, against bare node`, row(list(1)).timesNode, 1.6, '×'),
    atMost(`${list(1000)}, against bare node`, row(list(1000)).timesNode, 3, '×'),
  ];
}

await runBench({
  name: 'dispatch',
  about: 'Measures what the dispatcher costs over exec of the plugin itself, and against bare node and git.',
  prepare,
  floorsOf,
  exec: EXEC,
  node: NODE,
});
