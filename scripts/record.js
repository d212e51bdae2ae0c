// Runs commands in this one process, each from the beginning, and writes which files each group of them loads, or V8's cache of what they compile of a pack. Started by packs.js: node record.js files|caches FOLDER MAIN GROUPS
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import vm from 'node:vm';

const [, , wanted, output = '', main = '', groups = '{}'] = process.argv;
const require = createRequire(import.meta.url);
const dist = dirname(main);

/** The code of each file, once for all commands, so that it holds what any of them compiled. @type {Map<string, vm.Script>} */
const scripts = new Map();
/** What the commands of this group load. @type {Set<string>} */
const loaded = new Set();
const { Script } = vm;
/** @param {string} code @param {{ filename: string }} options @returns {vm.Script} */
function Recorded(code, { filename }) {
  const script = scripts.get(filename) ?? new Script(code, { filename });
  scripts.set(filename, script);
  loaded.add(relative(dist, filename));
  return script;
}
vm.Script = /** @type {typeof Script} */ (/** @type {unknown} */ (Recorded));

/** @type {Record<string, string[][]>} */
const ofGroups = JSON.parse(groups);
/** @type {(() => void)[]} */
const steps = Object.entries(ofGroups).flatMap(([group, commands]) => [
  ...commands.map((words) => () => {
    process.argv.splice(1, Number.POSITIVE_INFINITY, main, ...words);
    delete require.cache[main];
    require(main);
  }),
  () => {
    if (wanted === 'files') writeFileSync(join(output, group), [...loaded].join('\n'));
    else writeFileSync(join(output, group), /** @type {vm.Script} */ (scripts.get(`tool/dist/${group}.pack.js`)).createCachedData());
    loaded.clear();
    process.exitCode = 0;
  },
]);
// That is, when a command has nothing left to do.
process.on('beforeExit', () => {
  const step = steps.shift();
  if (step) setImmediate(step);
});
process.on('exit', () => {
  if (steps.length > 0) throw new Error(`a command ended the recording, ${steps.length} steps before its end`);
});
