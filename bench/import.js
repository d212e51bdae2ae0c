// What a sub of thirty commands costs, under its own dispatcher and imported by plugin:import. See bench/README.md.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SCRIPT, writeExecutable } from './support/homes.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const EXEC = 'exec of the command';
const NODE = '`node -e 0`';
const LIKE_SUB = 'a dispatcher that does what sub does, `acme c7`';
const SUB = "sub's own dispatcher, `acme c7`";
const OURS = 'imported, `tool acme:c7`';

/** Where a checkout of basecamp/sub is, whose dispatcher is timed as well. */
const CHECKOUT = process.env.SUB_CHECKOUT ?? '';

/**
 * What a dispatcher of this kind does, and no more: it finds its folder through links, puts it on PATH, names it in a variable, looks the program up and becomes it.
 */
const DISPATCHER = `#!/usr/bin/env bash
set -e
file=$0
while target=$(readlink "$file"); do
  case $target in
    /*) file=$target ;;
    *) file=\${file%/*}/$target ;;
  esac
done
folder=$(cd "\${file%/*}" && pwd)
_ACME_ROOT=$(cd "$folder/.." && pwd)
PATH=$folder:$PATH
export _ACME_ROOT PATH
program=$(command -v "acme-$1" || true)
if [ ! -x "$program" ]; then
  echo "acme: no such command \\\`$1'" >&2
  exit 1
fi
shift
exec "$program" "$@"
`;

/** Puts a sub of thirty commands into a folder. @param {string} folder @param {string} dispatcher */
function makeSub(folder, dispatcher) {
  writeExecutable(join(folder, 'libexec/acme'), dispatcher);
  for (let number = 0; number < 30; number++)
    writeExecutable(join(folder, `libexec/acme-c${number}`), SCRIPT.replace('\n', `\n# Summary: Command ${number}\n# Usage: acme c${number}\n`));
}

/** @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const env = { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, HOME: scratch, TOOL_HOME: join(scratch, 'home') };
  const made = join(scratch, 'acme');
  makeSub(made, DISPATCHER);
  await promisify(execFile)(TOOL, ['plugin:import', made], { cwd: scratch, env });
  await promisify(execFile)(TOOL, ['acme:c7'], { cwd: scratch, env });
  const theirs = join(CHECKOUT, 'libexec/sub');
  const hasTheirs = CHECKOUT !== '' && existsSync(theirs);
  if (hasTheirs) {
    // As its prepare.sh names a sub.
    makeSub(join(scratch, 'theirs'), readFileSync(theirs, 'utf8').replaceAll('SUB', 'ACME').replaceAll('sub-', 'acme-'));
  } else console.error('skipped: needs SUB_CHECKOUT, a checkout of basecamp/sub: its own dispatcher');
  return [
    { name: EXEC, argv: [join(made, 'libexec/acme-c7')], env, cost: 'shell' },
    { name: LIKE_SUB, argv: [join(made, 'libexec/acme'), 'c7'], env, cost: 'shell' },
    ...(hasTheirs ? [/** @type {Contender} */ ({ name: SUB, argv: [join(scratch, 'theirs/libexec/acme'), 'c7'], env, cost: 'shell' })] : []),
    { name: OURS, argv: [TOOL, 'acme:c7'], env, cost: 'shell' },
    { name: NODE, argv: [process.execPath, '-e', '0'], env, cost: 'node' },
  ];
}

/** @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const row = (/** @type {string} */ name) => rows.find((candidate) => candidate.name === name);
  const ours = /** @type {Row} */ (row(OURS));
  return [LIKE_SUB, SUB].flatMap((name) => {
    const other = row(name);
    return other ? [atMost(`${OURS}, over exec, against ${name}`, ours.overExec, other.overExec, 'ms')] : [];
  });
}

await runBench({
  name: 'import',
  about:
    'Measures a sub of thirty commands under its own dispatcher, and imported. SUB_CHECKOUT names a checkout of basecamp/sub whose dispatcher is timed too.',
  prepare,
  floorsOf,
  exec: EXEC,
  node: NODE,
});
