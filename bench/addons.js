// What it takes to resolve a spec of thirty add-ons over five thousand versions. See bench/README.md.
import { execFile } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeHome } from './support/homes.js';
import { programOnPath } from './support/programs.js';
import { atMost } from './support/report.js';
import { runBench, TOOL } from './support/run-bench.js';

/** @import { Contender } from './support/measure.js' */
/** @import { Floor, Row } from './support/report.js' */

const SH = '`sh -c :`';
const NODE = '`node -e 0`';
const ENABLED = '`addon:resolve`, with the family enabled';
const LOOKED_UP = '`addon:resolve`, looked up';
const ANEW = '`addon:resolve` of a registry that has changed';

const ADDONS = 30;
/** Of each add-on. */
const VERSIONS = 167;
/** What is asked for, by turns. */
const ASKED = ['latest', '1.10.x', '1.5.3'];
const WORDS = ['addon:resolve', 'spec.yaml', '--host-version', 'v2022.10.06-0', '--registry'];

/** A mirror's registry, and a spec of its add-ons. */
function registry() {
  const names = Array.from({ length: ADDONS }, (_, index) => `addon${index}`);
  const versions = Array.from({ length: VERSIONS }, (_, index) => `1.${Math.floor((VERSIONS - 1 - index) / 10)}.${(VERSIONS - 1 - index) % 10}`);
  const entry = (/** @type {string} */ name, /** @type {string} */ version) => ({
    version,
    kurlVersionCompatibilityRange: `>= v2022.${String(1 + (version.length % 9)).padStart(2, '0')}.05-0`,
    origin: `https://addons.example.org/${name}-${version}.tar.gz`,
    key: `external/${name}-${version}.tar.gz`,
    sha256Sum: 'ab'.repeat(32),
    size: 1000,
    isPrerelease: false,
  });
  const all = Object.fromEntries(names.map((name) => [name, versions.map((version) => entry(name, version))]));
  const spec = names.map((name, index) => `  ${name}:\n    version: ${ASKED[index % ASKED.length]}\n`).join('');
  return { text: JSON.stringify(all, null, 2), spec: `apiVersion: cluster.kurl.sh/v1beta1\nkind: Installer\nspec:\n${spec}` };
}

/** Two homes, in one of which the family is enabled, so that no plan is needed to find its commands. @param {string} scratch @returns {Promise<Contender[]>} */
async function prepare(scratch) {
  const { text, spec } = registry();
  // A file that was changed so shortly ago would be read anew.
  const before = new Date(Date.now() - 60_000);
  for (const mirror of ['mirror', 'fresh']) {
    const file = join(scratch, mirror, 'external/addon-registry.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (mirror === 'mirror') utimesSync(file, before, before);
  }
  writeFileSync(join(scratch, 'spec.yaml'), spec);
  const envOf = (/** @type {string} */ home) => ({
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: scratch,
    LANG: 'C.UTF-8',
    TOOL_HOME: join(scratch, home),
  });
  for (const home of ['home', 'enabled']) {
    makeHome(join(scratch, home), 20);
    await promisify(execFile)(TOOL, home === 'enabled' ? ['plugin:enable', 'addon'] : ['version'], { cwd: scratch, env: envOf(home) });
  }
  const sh = programOnPath('sh', 'apt-get install dash');
  const mirror = join(scratch, 'mirror');
  // Each time it is a file of another state.
  const anew = `touch "$1"; cd "$2"; shift 2; exec "$@"`;
  const spoken = [TOOL, WORDS[0] ?? '', join(scratch, 'spec.yaml'), ...WORDS.slice(2)];
  return [
    { name: SH, argv: [sh, '-c', ':'], env: envOf('home'), cost: 'shell' },
    { name: ENABLED, argv: [...spoken, mirror], env: envOf('enabled'), cost: 'node' },
    { name: LOOKED_UP, argv: [...spoken, mirror], env: envOf('home'), cost: 'node' },
    {
      name: ANEW,
      argv: [sh, '-c', anew, sh, join(scratch, 'fresh/external/addon-registry.json'), scratch, ...spoken, join(scratch, 'fresh')],
      env: envOf('enabled'),
      cost: 'node',
    },
    { name: NODE, argv: [process.execPath, '-e', '0'], env: envOf('home'), cost: 'node' },
  ];
}

/** Limits are in starts of Node, taken in the same run. @param {readonly Row[]} rows @returns {Floor[]} */
function floorsOf(rows) {
  const starts = (/** @type {string} */ name, /** @type {number} */ limit) =>
    atMost(`${name}, against bare node`, rows.find((one) => one.name === name)?.timesNode ?? Number.NaN, limit, '×');
  return [starts(ENABLED, 1.8), starts(LOOKED_UP, 3.2)];
}

await runBench({
  name: 'addons',
  about: 'Measures resolving a spec of 30 add-ons over 5,000 versions, against bare node.',
  prepare,
  floorsOf,
  exec: SH,
  node: NODE,
});
