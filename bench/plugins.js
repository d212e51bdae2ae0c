// What a day's commands cost among twenty plugins of the usual idioms and a guard, against a start of bash. See bench/README.md.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeExecutable } from './support/homes.js';
import { programOnPath } from './support/programs.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const FIXTURES = resolve(import.meta.dirname, '../test/fixtures/plugins');
/** One script for all, one program under many names, a data store, and files that source the library from beside them. */
const KINDS = ['motto', 'beacon', 'ledger', 'almanac'];
const PLUGINS = 20;
const GUARD = '#!/usr/bin/env bash\nset -eo pipefail\nsource "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"\n[[ $3 ]]\n';

const BASH = '`bash -c :`';
const NODE = '`node -e 0`';
const under = (/** @type {string} */ what) => `${what} under a guard`;
const LIST = '`apps:list`';
const SUBCOMMAND = "`ledger0:list`, a data store's subcommand";
const LOOP = '`motto0 web`, of a `commands` script';
const ASKED = 'the same `commands` scripts in a plain bash loop';
const HELP = '`help --all`';

/** What Dokku took on a machine of its own, in ms: to read beside, not to divide by. */
const DOKKU = new Map([
  [LIST, '24 (any subcommand)'],
  [under(LIST), '350 and more (with an access plugin and a few others)'],
  [SUBCOMMAND, '24'],
  [under(SUBCOMMAND), '350 and more'],
  [LOOP, '38 (a word that no file answers)'],
  [HELP, '121 with 2 plugins, 1,800 with 8'],
]);

/** Puts twenty plugins into a home, each a copy of a fixture under a name of its own. @param {string} home @param {boolean} guard */
function furnish(home, guard) {
  const [available, enabled] = [join(home, 'plugins/available'), join(home, 'plugins/enabled')];
  for (const folder of [available, enabled, join(home, 'root/web'), join(home, 'root/worker')]) mkdirSync(folder, { recursive: true });
  for (let index = 0; index < PLUGINS; index++) {
    const kind = /** @type {string} */ (KINDS[index % KINDS.length]);
    const name = `${kind}${Math.floor(index / KINDS.length)}`;
    const folder = readdirSync(FIXTURES).find((one) => one === kind || one === `dokku-${kind}`);
    cpSync(join(FIXTURES, folder ?? kind), join(available, name), { recursive: true, verbatimSymlinks: true });
    rename(join(available, name), kind, name);
    symlinkSync(`../available/${name}`, join(enabled, name));
  }
  if (!guard) return;
  writeExecutable(join(available, 'guard/user-auth'), GUARD);
  writeFileSync(join(available, 'guard/plugin.toml'), '[plugin]\ndescription = "asks who it is"\nversion = "1.0.0"\n[plugin.config]\n');
  symlinkSync('../available/guard', join(enabled, 'guard'));
}

/** Lets a copy call itself by its name. @param {string} folder @param {string} kind @param {string} name */
function rename(folder, kind, name) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(kind, name), { mode: statSync(file).mode });
  }
}

/** The environment that plugins are given in a home, as one of them sees it. @param {Record<string, string>} env @param {string} home @param {string} cwd */
async function environmentOfPlugins(env, home, cwd) {
  const plugin = join(home, 'plugins/enabled/mirror');
  writeExecutable(join(plugin, 'subcommands/default'), '#!/bin/sh\nexec env -0\n');
  const { stdout } = await promisify(execFile)(TOOL, ['mirror'], { cwd, env });
  rmSync(plugin, { recursive: true });
  return Object.fromEntries(
    stdout
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** What the loop over `commands` scripts takes where nothing has to be decided: 10 is "not mine", 0 goes on, anything else ends it. */
const PLAIN_LOOP = 'for file in "$PLUGIN_ENABLED_PATH"/*[0-9]/commands; do "$file" "$@"; case $? in 0 | 10) ;; *) exit 1 ;; esac; done';

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const env = (/** @type {string} */ home) => ({
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    TOOL_HOME: join(scratch, home),
  });
  for (const home of ['plain', 'guarded']) {
    furnish(join(scratch, home), home === 'guarded');
    // A home is prepared, and its listeners' configuration rendered, by the first commands.
    for (const words of [['apps:list'], ['help', '--all']]) await promisify(execFile)(TOOL, words, { cwd: scratch, env: env(home) });
  }
  const command = (/** @type {string} */ name, /** @type {string[]} */ words, /** @type {Contender['cost']} */ cost) => [
    { name, argv: [TOOL, ...words], env: env('plain'), cost },
    { name: under(name), argv: [TOOL, ...words], env: env('guarded'), cost },
  ];
  const bash = programOnPath('bash', 'apt-get install bash');
  const given = await environmentOfPlugins(env('plain'), join(scratch, 'plain'), scratch);
  return [
    { name: BASH, argv: [bash, '-c', ':'], env: env('plain'), cost: 'shell' },
    ...command(LIST, ['apps:list'], 'node'),
    ...command(SUBCOMMAND, ['ledger0:list'], 'node'),
    ...command(LOOP, ['motto0', 'web'], 'node'),
    { name: ASKED, argv: [bash, '-c', PLAIN_LOOP, 'bash', 'motto0', 'web'], env: given, cost: 'node' },
    ...command(HELP, ['help', '--all'], 'node'),
    { name: NODE, argv: [process.execPath, '-e', '0'], env: env('plain'), cost: 'node' },
  ];
}

/** @param {readonly Row[]} rows @param {string} name */
const medianOf = (rows, name) => rows.find((row) => row.name === name)?.median ?? Number.NaN;

/** The ratio to a start of bash in the same run. @param {readonly Row[]} rows @param {string} name */
const timesBash = (rows, name) => medianOf(rows, name) / medianOf(rows, BASH);

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const against = (/** @type {string} */ name, /** @type {number} */ limit) => atMost(`${name}, against a start of bash`, timesBash(rows, name), limit, '×');
  return [
    against(LIST, 9),
    against(under(LIST), 14),
    against(under(SUBCOMMAND), 21),
    against(under(LOOP), 140),
    atMost(`${LOOP}, against bare node and ${ASKED}`, medianOf(rows, LOOP) / (medianOf(rows, NODE) + medianOf(rows, ASKED)), 1.15, '×'),
    against(under(HELP), 230),
  ];
}

/** @param {readonly Row[]} rows */
function beside(rows) {
  const lines = rows.map(({ name, median }) => `| ${name} | ${median.toFixed(1)} | ${timesBash(rows, name).toFixed(1)} | ${DOKKU.get(name) ?? ''} |`);
  return ['| what | median (ms) | × bash | Dokku 0.38, elsewhere (ms) |', '|---|--:|--:|---|', ...lines].join('\n');
}

await runBench({
  name: 'plugins',
  about: `Measures commands among ${PLUGINS} plugins of the usual idioms and a guard, against a start of bash.`,
  prepare,
  floorsOf,
  table: beside,
  exec: BASH,
  node: NODE,
});
