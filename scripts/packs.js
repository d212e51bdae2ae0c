// Writes the packs of dist, which have the files that commands load together, and V8's cache of the code that they compile. See docs/decisions/043-code-cache.md.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { asciiOnly, cacheFile } from './bundle.js';

const RECORDER = resolve(import.meta.dirname, 'record.js');

const command = (/** @type {string[]} */ ...words) => ['command', words[0] ?? '', ...words];
const RESOLVE = ['addon:resolve', 'spec.yaml', '--host-version', 'v2022.10.06-0', '--registry', 'mirror'];

/**
 * What is run for each pack in a home with one plugin and one repository, as the launcher starts it: a mode, and its words, where WORK is the
 * working directory. A pack has the files that its commands alone load; the first one is read at each start.
 * @type {Record<string, string[][]>}
 */
const GROUPS = {
  entry: [['plan', '', 'sample:environment']],
  // What commands of several kinds load.
  commands: [],
  list: [command('plugin:list'), command('plugin:path')],
  help: [['plan', '', 'nosuch'], ['unknown', 'nosuch'], ['help'], ['help', 'sample']],
  changes: [
    command('plugin:install', './other'),
    command('plugin:install', 'file://WORK/cloned', '--name', 'cloned'),
    command('plugin:update', 'cloned'),
    command('plugin:uninstall', 'other', '--force'),
  ],
  named: [command('plugin:install', 'samples/program'), command('plugin:update', 'program')],
  search: [command('plugin:search', 'program')],
  addons: [command(...RESOLVE)],
  providers: [command('provider:list'), command('instance:list'), command('event:publish', 'sample.was.here')],
};

/** What stands in front of each: its commands have it read as well, and what several load is in the nearest one that all of these have. @type {Record<string, string>} */
const BEHIND = {
  commands: 'entry',
  list: 'commands',
  help: 'list',
  changes: 'list',
  named: 'changes',
  search: 'named',
  addons: 'commands',
  providers: 'commands',
};

/** @param {string} group @returns {string[]} it and all in front of it, the first one first */
const withThoseInFront = (group) => [...(BEHIND[group] === undefined ? [] : withThoseInFront(BEHIND[group])), group];

/** @param {readonly string[]} groups that load a file @returns {string} the pack that it is in */
function packOf(groups) {
  const [first = [], ...others] = groups.map(withThoseInFront);
  return first.findLast((group) => others.every((other) => other.includes(group))) ?? '';
}

const COMMAND = '#!/bin/sh\n# Summary: Print the environment\nexec env -0\n';
const SPEC =
  'apiVersion: cluster.kurl.sh/v1beta1\nkind: Installer\nspec:\n  sample:\n    version: latest\n  other:\n    version: 1.0.x\n  third:\n    version: 1.0.1\n';
const PROGRAM = '#!/bin/sh\nexit 0\n';
const INDEX = (/** @type {string} */ url) =>
  `entries: [{name: program, type: executor, version: 1.0.0, urls: [{url: "${url}/program", checksum: ${createHash('sha256').update(PROGRAM).digest('hex')}, platform: {os: any, architecture: any}}]}]\n`;
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

/** A plugin in a repository of git; without git, its commands record how that is told. @param {string} folder */
function makeRepository(folder) {
  makePlugin(folder);
  const git = (/** @type {string[]} */ ...words) => spawnSync('git', ['-C', folder, '-c', 'user.name=s', '-c', 'user.email=s@example.org', ...words]);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'one');
}

/** Serves a program and an index that lists it. @returns {Promise<import('node:http').Server & { url: string }>} */
async function serveSamples() {
  const server = Object.assign(createServer(), { url: '' });
  server.on('request', (request, response) => response.end(request.url === '/program' ? PROGRAM : INDEX(server.url)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  return server;
}

/**
 * Adds the packs and their caches to a build.
 * @param {string} dist a build that works but for them
 */
export async function addPacks(dist) {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-build-'));
  const samples = await serveSamples();
  try {
    for (const name of ['bin', 'compat', 'libexec', 'plugins']) symlinkSync(resolve(name), join(scratch, name));
    symlinkSync(resolve(dist), join(scratch, 'dist'));
    makePlugin(join(scratch, 'work/other'));
    makeRepository(join(scratch, 'work/cloned'));
    makePlugin(join(scratch, 'home/plugins/available/sample'));
    mkdirSync(join(scratch, 'home/plugins/enabled'));
    symlinkSync('../available/sample', join(scratch, 'home/plugins/enabled/sample'));
    write(join(scratch, 'work/spec.yaml'), SPEC);
    const registry = join(scratch, 'work/mirror/external/addon-registry.json');
    write(registry, JSON.stringify(REGISTRY));
    // No copy is kept of what may still change within the same second.
    utimesSync(registry, 0, 0);
    // So that there is a copy of the registry, which is what is read from then on.
    await called(scratch, ...RESOLVE);
    await called(scratch, 'repository:add', 'samples', `${samples.url}/index.yaml`);
    const run = { scratch, dist: resolve(dist), env: await environmentOf(scratch) };
    await record('files', run);
    writePacks(dist, (group) => readFileSync(join(scratch, group), 'utf8').split('\n').filter(Boolean).sort());
    for (const name of ['other', 'cloned', 'program']) await called(scratch, 'plugin:uninstall', name, '--force', '--purge').catch(() => undefined);
    await record('caches', run);
    for (const group of Object.keys(GROUPS)) copyFileSync(join(scratch, group), cacheFile(dist, group));
  } finally {
    samples.close();
    samples.closeAllConnections();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs tool. @param {string} scratch @param {string[]} words @returns {Promise<string>} what it prints */
async function called(scratch, ...words) {
  const env = { PATH: process.env.PATH ?? '', HOME: join(scratch, 'work'), TOOL_HOME: join(scratch, 'home'), LANG: 'C.UTF-8' };
  return (await promisify(execFile)(join(scratch, 'bin/tool'), words, { cwd: join(scratch, 'work'), env })).stdout;
}

/** @param {string} scratch @returns {Promise<Record<string, string>>} what a command of a plugin finds in its environment */
async function environmentOf(scratch) {
  const entries = (await called(scratch, 'sample:environment')).split('\0').filter((line) => line.includes('='));
  return Object.fromEntries(entries.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** What is run for the caches: also two commands, for what all commands run. */
const OF_ALL = [command('plugin:path'), command(...RESOLVE)];
const FOR_CACHES = { ...GROUPS, entry: [...(GROUPS.entry ?? []), ...OF_ALL], commands: OF_ALL };

/** Runs all commands. @param {'files' | 'caches'} wanted @param {{ scratch: string, dist: string, env: Record<string, string> }} run */
async function record(wanted, { scratch, dist, env }) {
  // Standard output, and the fourth, which is where a plan goes to, are of no interest.
  const child = spawn(
    process.execPath,
    [RECORDER, wanted, scratch, join(dist, 'main.cjs'), JSON.stringify(wanted === 'files' ? GROUPS : FOR_CACHES).replaceAll('WORK', join(scratch, 'work'))],
    {
      cwd: join(scratch, 'work'),
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  for (const stream of child.stdio) stream && 'resume' in stream && stream.resume();
  const [status] = await once(child, 'close');

  if (status !== 0) throw new Error(`recording ${wanted} of commands failed: ${said}`);
}

/** @param {string} dist @param {(group: string) => readonly string[]} filesOf what the commands of a group load */
function writePacks(dist, filesOf) {
  const [first = ''] = Object.keys(GROUPS);
  /** Which groups load each file. @type {Map<string, string[]>} */
  const loaders = new Map();
  for (const group of Object.keys(GROUPS)) for (const file of filesOf(group)) loaders.set(file, [...(loaders.get(file) ?? []), group]);
  /** In which pack each is. */
  const places = [...loaders].map(([file, groups]) => [file, packOf(groups)]);
  for (const group of Object.keys(GROUPS)) {
    const made = places.filter(([, place]) => place === group).map(([file = '']) => makerOf(dist, file));
    // The first one says where the files of the others are.
    const named = group !== first ? [] : places.filter(([, place]) => place !== group).map((entry) => entry.map((text) => JSON.stringify(text)).join(':'));
    writeFileSync(join(dist, `${group}.pack.js`), `({${[...made, ...named].join(',\n')}})`);
    // Without one, the recorder would have its files loaded one by one.
    writeFileSync(cacheFile(dist, group), '');
  }
}

/** @param {string} dist @param {string} file @returns {string} an entry of a pack's table, the function that makes the module */
function makerOf(dist, file) {
  return `${JSON.stringify(file)}:function(exports,require,module,__filename,__dirname){${asciiOnly(readFileSync(join(dist, file), 'utf8'))}\n}`;
}
