// What `help` costs with a hundred plugins, against running their `commands help` one after another and a start of Node. See bench/README.md.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeHome, writeExecutable } from './support/homes.js';
import { atMost, tableOfLong } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const PLUGINS = 100;
/** As plugins made for Dokku are written: the library is sourced once the word is known to be theirs. */
const COMMANDS = `#!/usr/bin/env bash
[[ " help NAME:help " == *" $1 "* ]] || exit "$DOKKU_NOT_IMPLEMENTED_EXIT"
set -eo pipefail
source "$PLUGIN_CORE_AVAILABLE_PATH/common/functions"
case "$1" in
  help | NAME:help)
    cat <<help_content
    NAME, Manage NAME
    NAME:run <app>, Run NAME for an app
help_content
    ;;
esac
`;
/** The plain loop that has nothing to decide. */
const LOOP = '#!/bin/sh\nfor file in "$PLUGIN_ENABLED_PATH"/p*/commands; do "$file" help; done\n';
/** As many such loops as there are cores, which share the scripts: what nobody who asks them all can be faster than. */
const CORES = availableParallelism();
const SIDE_BY_SIDE = `#!/bin/sh
lane=0
while [ $lane -lt ${CORES} ]; do
  (
    number=0
    for file in "$PLUGIN_ENABLED_PATH"/p*/commands; do
      [ $((number % ${CORES})) -ne $lane ] || "$file" help
      number=$((number + 1))
    done
  ) &
  lane=$((lane + 1))
done
wait
`;

const EXEC = 'exec of one `commands help`';
const NODE = '`node -e 0`';
const LOOPED = `${PLUGINS} \`commands help\`, one after another`;
const SHARED = `the same, ${CORES} side by side`;
const HELP = `\`help\`, ${PLUGINS} plugins with \`commands\` scripts`;
const FILES = `\`help\`, ${PLUGINS} plugins that are read`;

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const homes = { scripts: join(scratch, 'scripts'), files: join(scratch, 'files') };
  const PATH = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  const env = (/** @type {string} */ home) => ({ PATH, HOME: scratch, TOOL_HOME: home });
  for (const home of Object.values(homes)) makeHome(home, PLUGINS);
  for (let index = 0; index < PLUGINS; index++) {
    writeExecutable(join(homes.scripts, `plugins/available/p${index}/commands`), COMMANDS.replaceAll('NAME', `p${index}`));
    writeExecutable(join(homes.files, `plugins/available/p${index}/subcommands/run`), `#!/bin/sh\n# Summary: Run it\n# Usage: p${index}:run <app>\n`);
  }
  mkdirSync(scratch, { recursive: true });
  const [loop, shared] = [join(scratch, 'loop'), join(scratch, 'shared')];
  writeFileSync(loop, LOOP, { mode: 0o755 });
  writeFileSync(shared, SIDE_BY_SIDE, { mode: 0o755 });
  // A home is prepared by its first command, which is not what is timed.
  for (const home of Object.values(homes)) await promisify(execFile)(TOOL, ['p0:run'], { cwd: scratch, env: env(home) });
  const enabled = join(homes.scripts, 'plugins/enabled');
  const given = {
    ...env(homes.scripts),
    PLUGIN_ENABLED_PATH: enabled,
    PLUGIN_CORE_AVAILABLE_PATH: join(homes.scripts, 'core-plugins/available'),
    DOKKU_NOT_IMPLEMENTED_EXIT: '10',
    LC_ALL: 'C',
  };
  return [
    { name: EXEC, argv: [join(enabled, 'p0/commands'), 'help'], env: given, cost: 'shell' },
    { name: NODE, argv: [process.execPath, '-e', '0'], env: given, cost: 'node' },
    { name: LOOPED, argv: [loop], env: given, cost: 'node' },
    { name: SHARED, argv: [shared], env: given, cost: 'node' },
    { name: HELP, argv: [TOOL, 'help'], env: env(homes.scripts), cost: 'node' },
    { name: FILES, argv: [TOOL, 'help'], env: env(homes.files), cost: 'node' },
  ];
}

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const row = (/** @type {string} */ name) => /** @type {Row} */ (rows.find((candidate) => candidate.name === name));
  const peer = row(LOOPED).median + row(NODE).median;
  // The bound is of this machine: some start hardly more programs on two cores than on one.
  const bound = ((row(SHARED).median + row(NODE).median) / peer).toFixed(2);
  return [atMost(`${HELP}, against one after another and bare node (${CORES} side by side and bare node: ${bound} ×)`, row(HELP).median / peer, 0.75, '×')];
}

await runBench({
  name: 'help',
  about: 'Measures what help costs with a hundred plugins, against asking them one after another.',
  prepare,
  floorsOf,
  exec: EXEC,
  node: NODE,
  table: tableOfLong,
});
