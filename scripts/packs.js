// Writes the packs of dist, which have the files that commands load together, and V8's cache of the code that they compile. See docs/decisions/043-code-cache.md.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const RECORDER = resolve(import.meta.dirname, 'record.js');

const command = (/** @type {string[]} */ ...words) => ['command', words[0] ?? '', ...words];
const RESOLVE = ['addon:resolve', 'spec.yaml', '--host-version', 'v2022.10.06-0', '--registry', 'mirror'];

/**
 * What is run for each pack in a home with one plugin, as the launcher starts it: a mode, and its words. A pack has the files that its commands
 * alone load; the first one is read at each start, and also has what several load.
 * @type {Record<string, string[][]>}
 */
const GROUPS = {
  frequent: [['plan', '', 'nosuch'], command('plugin:list'), command('plugin:path')],
  help: [['unknown', 'nosuch'], ['help'], ['help', 'sample']],
  changes: [command('plugin:install', './other'), command('plugin:update', 'other'), command('plugin:uninstall', 'other', '--force')],
  addons: [command(...RESOLVE)],
  providers: [command('provider:list'), command('instance:list'), command('event:publish', 'sample.was.here')],
};

const COMMAND = '#!/bin/sh\n# Summary: Print the environment\nexec env -0\n';
const SPEC =
  'apiVersion: cluster.kurl.sh/v1beta1\nkind: Installer\nspec:\n  sample:\n    version: latest\n  other:\n    version: 1.0.x\n  third:\n    version: 1.0.1\n';
const release = (/** @type {string} */ name, /** @type {number} */ patch) => ({
  version: `1.0.${patch}`,
  kurlVersionCompatibilityRange: '>= v2022.10.05-0',
  origin: `https://example.org/${name}-1.0.${patch}.tar.gz`,
  key: `external/${name}-1.0.${patch}.tar.gz`,
  sha256Sum: 'ab'.repeat(32),
  size: 1000,
  isPrerelease: false,
});
const REGISTRY = Object.fromEntries(['sample', 'other', 'third'].map((name) => [name, [2, 1, 0].map((patch) => release(name, patch))]));

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** @param {string} folder where a plugin is made */
function makePlugin(folder) {
  write(join(folder, 'plugin.toml'), '[plugin]\ndescription = "a sample"\nversion = "1.0.0"\n[plugin.config]\n');
  write(join(folder, 'subcommands/environment'), COMMAND);
  chmodSync(join(folder, 'subcommands/environment'), 0o755);
}

/**
 * Adds the packs and their caches to a build.
 * @param {string} dist a build that works but for them
 */
export function addPacks(dist) {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-build-'));
  try {
    for (const name of ['bin', 'compat', 'libexec', 'plugins']) symlinkSync(resolve(name), join(scratch, name));
    symlinkSync(resolve(dist), join(scratch, 'dist'));
    makePlugin(join(scratch, 'work/other'));
    makePlugin(join(scratch, 'home/plugins/available/sample'));
    mkdirSync(join(scratch, 'home/plugins/enabled'));
    symlinkSync('../available/sample', join(scratch, 'home/plugins/enabled/sample'));
    write(join(scratch, 'work/spec.yaml'), SPEC);
    const registry = join(scratch, 'work/mirror/external/addon-registry.json');
    write(registry, JSON.stringify(REGISTRY));
    // No copy is kept of what may still change within the same second.
    utimesSync(registry, 0, 0);
    // So that there is a copy of the registry, which is what is read from then on.
    execFileSync(join(scratch, 'bin/tool'), RESOLVE, { cwd: join(scratch, 'work'), env: callerOf(scratch) });
    const run = { scratch, dist: resolve(dist), env: environmentOf(scratch) };
    record('files', run);
    writePacks(dist, (group) => readFileSync(join(scratch, group), 'utf8').split('\n').sort());
    record('caches', run);
    for (const group of Object.keys(GROUPS)) copyFileSync(join(scratch, group), cacheOf(dist, group));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {string} scratch @returns {Record<string, string>} the environment of whoever runs tool */
const callerOf = (scratch) => ({ PATH: process.env.PATH ?? '', HOME: join(scratch, 'work'), TOOL_HOME: join(scratch, 'home'), LANG: 'C.UTF-8' });

/** @param {string} scratch @returns {Record<string, string>} what a command of a plugin finds in its environment */
function environmentOf(scratch) {
  const text = execFileSync(join(scratch, 'bin/tool'), ['sample:environment'], { env: callerOf(scratch), encoding: 'utf8' });
  const entries = text.split('\0').filter((line) => line.includes('='));
  return Object.fromEntries(entries.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** @param {string} dist @param {string} group @returns {string} the file of V8's cache, which is for this Node alone */
const cacheOf = (dist, group) => join(dist, `${group}-${process.versions.v8}-${process.arch}.cache`);

/** Runs all commands. @param {'files' | 'caches'} wanted @param {{ scratch: string, dist: string, env: Record<string, string> }} run */
function record(wanted, { scratch, dist, env }) {
  execFileSync(process.execPath, [RECORDER, wanted, scratch, join(dist, 'main.cjs'), JSON.stringify(GROUPS)], {
    cwd: join(scratch, 'work'),
    env,
    // The fourth is where a plan goes to.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
}

/** @param {string} dist @param {(group: string) => readonly string[]} filesOf what the commands of a group load */
function writePacks(dist, filesOf) {
  /** In which pack each file is. @type {Map<string, string>} */
  const places = new Map();
  const first = Object.keys(GROUPS)[0] ?? '';
  for (const group of Object.keys(GROUPS)) for (const file of filesOf(group)) places.set(file, places.has(file) ? first : group);
  const all = [...places];
  for (const group of Object.keys(GROUPS)) {
    const made = all.filter(([, place]) => place === group).map(([file]) => makerOf(dist, file));
    // The first one says where the files of the others are.
    const named = group !== first ? [] : all.filter(([, place]) => place !== group).map((entry) => entry.map((text) => JSON.stringify(text)).join(':'));
    writeFileSync(join(dist, `${group}.pack.js`), `({${[...made, ...named].join(',\n')}})`);
    // Without one, the recorder would have its files loaded one by one.
    writeFileSync(cacheOf(dist, group), '');
  }
}

/** @param {string} dist @param {string} file @returns {string} an entry of a pack's table, the function that makes the module. It is all ASCII, which is read in half the time */
function makerOf(dist, file) {
  const code = readFileSync(join(dist, file), 'utf8').replaceAll(/[^\0-\x7f]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${JSON.stringify(file)}:function(exports,require,module,__filename,__dirname){${code}\n}`;
}
