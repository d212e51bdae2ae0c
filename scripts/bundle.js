// Bundles src by rolldown: one entry, a file for each module that is imported lazily, and files for what they share. See docs/decisions/010-shared-files.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { isolatedDeclarationSync } from 'rolldown/experimental';

const SOURCE = resolve('src');

/** Packages that stay beside the bundle, for their licence and because they break inside (decision 027); `dependencies` of package.json has them. */
export const OUTSIDE = ['openpgp'];

/** Modules of Node that take milliseconds to load, and the functions of theirs that are called here. */
const HEAVY = new Map([
  ['node:child_process', ['spawn', 'spawnSync']],
  ['node:crypto', ['createHash', 'createPublicKey', 'randomBytes', 'verify']],
]);

/**
 * What src imports of them is loaded when it is first called; in http at once, as TLS needs all of crypto. Commander wants node:child_process for
 * subcommands that are programs of their own, which tool has none of: it gets nothing. Nor does the library of CycloneDX for what it writes XML with, nor that of gRPC for
 * what reads definitions of services, which it needs for a server that tells of itself.
 * @type {import('rolldown').Plugin}
 */
const heavyModulesLater = {
  name: 'heavy-modules-later',
  resolveId(source, importer) {
    if (source === 'xmlbuilder2' || source === '@grpc/proto-loader') return '\0nothing';
    if (!HEAVY.has(source) || importer?.startsWith(resolve(SOURCE, 'http'))) return undefined;
    // One for each importer, so that it stands in that one's file.
    return importer?.startsWith(SOURCE) ? `\0later:${source} for ${importer}` : '\0nothing';
  },
  load(id) {
    if (id === '\0nothing') return 'export default {}';
    const [, name = ''] = /^\0later:(\S+) for /.exec(id) ?? [];
    return HEAVY.get(name)
      ?.map((called) => `export const ${called} = (...args) => process.getBuiltinModule('${name}').${called}(...args);`)
      .join('\n');
  },
};

/** The library of gRPC alone, without what reads definitions of services. @type {import('rolldown').Plugin} */
const withoutDefinitions = {
  name: 'without-definitions',
  resolveId: (source) => (source === '@grpc/proto-loader' ? '\0nothing' : undefined),
  load: (id) => (id === '\0nothing' ? 'export default {}' : undefined),
};

/**
 * A file that is imported as `./NAME?raw` is its text, as for Vite.
 * @type {import('rolldown').Plugin}
 */
const rawFiles = {
  name: 'raw-files',
  resolveId: (source, importer) => (source.endsWith('?raw') && importer ? resolve(dirname(importer), source) : undefined),
  load: (id) =>
    id.endsWith('?raw') ? { code: `export default ${JSON.stringify(readFileSync(id.replace(/\?raw$/, ''), 'utf8'))}`, moduleType: 'js' } : undefined,
};

/**
 * Writes what other programs import of this package, and its types: modules of their own, so that no command has more to read for them. Packing and signing are loaded when they are called.
 * @param {string} directory
 * @param {string} version
 * @returns {Promise<string[]>} the modules in it
 */
export const bundleApi = (directory, version) => bundleLibrary('api', directory, version);

/**
 * Writes what providers import of this package, and its types: what they are bundled with has nothing else in it.
 * @param {string} directory
 * @param {string} version
 * @returns {Promise<string[]>} the modules in it
 */
export const bundleSdk = (directory, version) => bundleLibrary('sdk', directory, version);

/** @param {string} room the folder of src whose index.ts is the entry @param {string} directory @param {string} version @returns {Promise<string[]>} the modules in it */
async function bundleLibrary(room, directory, version) {
  const entry = resolve(SOURCE, room, 'index.ts');
  const build = await rolldown({
    input: { index: entry },
    platform: 'node',
    transform: { target: 'node20.19', define: { TOOL_VERSION: JSON.stringify(version), TOOL_KILLABLE: 'false' } },
    external: OUTSIDE,
    plugins: [heavyModulesLater],
  });
  const { output } = await build.write({
    dir: directory,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name]-[hash].js',
    minify: { compress: true, mangle: false, codegen: true },
    comments: false,
  });
  await build.close();
  writeTypes(entry, directory, room);
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds.map((id) => relative('.', id)) : []));
}

/** The types of a module, and of all that it imports of ours, each in a file of its own below the directory. @param {string} file @param {string} directory @param {string} room @param {Set<string>} [done] */
function writeTypes(file, directory, room, done = new Set()) {
  if (done.has(file)) return;
  done.add(file);
  const { code, errors } = isolatedDeclarationSync(file, readFileSync(file, 'utf8'));
  if (errors.length > 0) throw new Error(`${relative('.', file)}: ${errors.map(({ message }) => message).join('; ')}`);
  const target = join(directory, relative(resolve(SOURCE, room), file).replaceAll('../', 'types/').replace(/\.ts$/, '.d.ts'));
  mkdirSync(dirname(target), { recursive: true });
  const imported = [...code.matchAll(/ from "(\.[^"]+)\.ts"/g)].map(([, path]) => resolve(dirname(file), `${path}.ts`));
  const named = code.replaceAll(/( from ")(\.[^"]+)\.ts"/g, (_, from, path) => {
    const other = join(directory, relative(resolve(SOURCE, room), resolve(dirname(file), path)).replaceAll('../', 'types/'));
    const way = relative(dirname(target), other);
    return `${from}${way.startsWith('.') ? way : `./${way}`}.js"`;
  });
  writeFileSync(target, named);
  for (const other of imported) writeTypes(other, directory, room, done);
}

/** Runs NAME.js from V8's cache of its code, which saves compiling it; for a Node of another version there is none of this name, and it compiles. */
const CACHED_LOADER = `'use strict';
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');
let cachedData;
try {
  cachedData = readFileSync(\`\${__dirname}/NAME-\${process.versions.v8}-\${process.arch}.cache\`);
} catch {}
new Script(readFileSync(__dirname + '/NAME.js', 'latin1'), { filename: 'tool/dist/NAME.js', cachedData }).runInThisContext()(require);
`;
/** Run once for the cache, so that it has what a script with the usual declarations needs. */
const ARGS_SAMPLE = `#!/bin/sh
#USAGE about "Ship"
#USAGE flag "-f --force" help="Ask nothing"
#USAGE flag "-l --level <level>" default="low" env="LEVEL" { choices "low" "high" }
#USAGE arg "<app>" help="The app"
#USAGE arg "[file]..."
`;
/** A module that copies what it reads is most of what a host does; here it is one that ends at once, and one that prints its input. */
const WASM_SAMPLES = ['bare/default.wasm', 'subcommands/count.wasm'];
const WASM_POLICY = JSON.stringify({
  manifest: 'plugin.toml',
  limits: { timeoutMs: 10_000, memoryPages: 256, tableElements: 10_000, outputBytes: 1 << 20, varBytes: 65_536, httpBytes: 1 << 20, temporaryBytes: 1 << 20 },
  hosts: [],
  temporaryDirectory: false,
  environment: ['LANG'],
});

/** Runs the code in one process, once for each list of words, and writes V8's cache of what was compiled for any of them. */
const WRITE_CACHE = `
const { readFileSync, writeFileSync } = require('node:fs');
const [, name, code, cache, main, runs] = process.argv;
const script = new (require('node:vm').Script)(readFileSync(code, 'latin1'), { filename: name });
const exit = process.exit;
// V8 refuses a cache that was made after a change of its flags.
require('node:v8').setFlagsFromString = () => {};
// One that ends the process goes on with the next.
process.exit = () => { throw exit; };
for (const words of JSON.parse(runs)) {
  process.argv.splice(1, Infinity, main, ...words);
  try {
    script.runInThisContext()(require);
  } catch (error) {
    if (error !== exit) throw error;
  }
}
writeFileSync(cache, script.createCachedData());
exit(0);
`;

/** Nothing but ASCII, which is read in half the time. @param {string} code @returns {string} */
export const asciiOnly = (code) => code.replaceAll(/[^\0-\x7f]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The file of V8's cache, which is for this Node alone. @param {string} directory @param {string} name @returns {string} */
export const cacheFile = (directory, name) => join(directory, `${name}-${process.versions.v8}-${process.arch}.cache`);

/**
 * Writes NAME.cjs, which runs NAME.js from V8's cache of it.
 * @param {string} directory that of the main bundle @param {string} name @param {string} source relative to src @param {string[][]} runs the words of typical calls @param {string} version
 * @returns {Promise<string[]>} the modules in it
 */
async function bundleCached(directory, name, source, runs, version) {
  const modules = await bundleAlone(directory, { [name]: resolve(SOURCE, source) }, '.js', version);
  const code = join(directory, `${name}.js`);
  writeFileSync(code, `(function(require){${asciiOnly(readFileSync(code, 'utf8'))}\n})`);
  const main = join(directory, `${name}.cjs`);
  writeFileSync(main, CACHED_LOADER.replaceAll('NAME', name));
  execFileSync(process.execPath, ['-e', WRITE_CACHE, `tool/dist/${name}.js`, code, cacheFile(directory, name), resolve(main), JSON.stringify(runs)], {
    input: 'a sample\n',
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  return modules;
}

/**
 * Writes one file that needs the main bundle only where there is more to do: a module of its own, as decision 010 says.
 * @param {string} directory that of the main bundle
 * @param {Record<string, string>} input the source by the name of the file
 * @param {string} ending of the file
 * @param {string} version
 * @returns {Promise<string[]>} the modules in it
 */
async function bundleAlone(directory, input, ending, version) {
  const build = await rolldown({
    input,
    platform: 'node',
    transform: { target: 'node20.19', define: { TOOL_VERSION: JSON.stringify(version) } },
    external: ['./main.cjs'],
    plugins: [withoutDefinitions],
  });
  // The main bundle tells of errors, so names in this one are of use to nobody, and there is a third less to read.
  const { output } = await build.write({
    dir: directory,
    format: 'cjs',
    entryFileNames: `[name]${ending}`,
    codeSplitting: false,
    minify: { compress: true, mangle: true, codegen: true },
    comments: false,
  });
  await build.close();
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds.map((id) => relative('.', id)) : []));
}

/** Writes what answers `args` at once. @param {string} directory that of the main bundle @param {string} version @returns {Promise<string[]>} the modules in it */
export async function bundleArgs(directory, version) {
  const sample = join(directory, 'sample');
  writeFileSync(sample, ARGS_SAMPLE);
  try {
    return await bundleCached(directory, 'args', 'commands/args-at-once.ts', [['args', sample, 'web', '-f', '--level', 'high', 'a file']], version);
  } finally {
    rmSync(sample);
  }
}

/** Writes the host of WASM modules, and the thread that asks servers for it. @param {string} directory that of the main bundle @param {string} version @returns {Promise<string[]>} the modules in them */
export async function bundleWasm(directory, version) {
  const runs = WASM_SAMPLES.map((file) => [WASM_POLICY, resolve('examples/wasm', file), 'sample']);
  const host = await bundleCached(directory, 'wasm', 'commands/wasm-at-once.ts', runs, version);
  return [...host, ...(await bundleAlone(directory, { 'wasm-http': resolve(SOURCE, 'runtimes/wasm/extism/http-worker.ts') }, '.cjs', version))];
}

/** Writes what serves a provider in bash. @param {string} directory that of the main bundle @param {string} version @returns {Promise<string[]>} the modules in it */
export const bundleShellProvider = (directory, version) =>
  bundleAlone(directory, { 'shell-provider': resolve(SOURCE, 'commands/shell-provider-at-once.ts') }, '.cjs', version);

/** Writes what speaks for a source of Botkube. @param {string} directory that of the main bundle @param {string} version @returns {Promise<string[]>} the modules in it */
export const bundleSourceProvider = (directory, version) =>
  bundleAlone(directory, { 'source-provider': resolve(SOURCE, 'commands/source-provider-at-once.ts') }, '.cjs', version);

/**
 * Writes the bundle into a directory.
 * @param {string} directory
 * @param {string} version
 * @param {{ killable?: boolean }} [options] whether it dies at the step of a change that TOOL_TEST_KILL_AT names: for tests, and never shipped
 * @returns {Promise<{ file: string, bytes: number, needs: string[], modules: string[] }[]>} each file but main.cjs, which loads them, what it requires at once, and the modules that it holds
 */
export async function bundle(directory, version, { killable = false } = {}) {
  const build = await rolldown({
    input: { entry: 'src/main.ts' },
    platform: 'node',
    external: OUTSIDE,
    transform: { target: 'node20.19', define: { TOOL_VERSION: JSON.stringify(version), TOOL_KILLABLE: String(killable) } },
    plugins: [heavyModulesLater, rawFiles],
    // How long a busy machine takes is no fault.
    checks: { bundlerTimings: false },
    // Such as a lazy import of what is loaded at once anyway.
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: directory,
    // Node's loader of ES modules alone costs 4 ms, and 0.3 ms more a file. A lazy import is a require for the same reason.
    format: 'cjs',
    dynamicImportInCjs: false,
    codeSplitting: {
      groups: [
        { name: 'entry', tags: ['$initial'], priority: 2 },
        // The rest of what is shared: a file for what the same commands need.
        { name: 'shared', minShareCount: 2, entriesAware: true },
      ],
    },
    entryFileNames: '[name].cjs',
    // A module that is imported lazily is found by its own path.
    chunkFileNames: ({ name, facadeModuleId }) =>
      facadeModuleId?.startsWith(SOURCE)
        ? relative(SOURCE, facadeModuleId).replace(/\.ts$/, '.cjs')
        : name.startsWith('shared~')
          ? 'shared-[hash].cjs'
          : '[name].cjs',
    minifyInternalExports: false,
    minify: { compress: true, mangle: false, codegen: true },
    comments: false,
  });
  await build.close();
  await bundleAlone(directory, { main: resolve(SOURCE, 'load.ts') }, '.cjs', version);
  return output.flatMap((file) =>
    file.type === 'chunk'
      ? [{ file: file.fileName, bytes: file.code.length, needs: file.imports, modules: file.moduleIds.map((id) => relative('.', id)) }]
      : [],
  );
}
