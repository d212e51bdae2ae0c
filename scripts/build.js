// Bundles src into dist: one entry, a bundle for each module that is imported lazily, and build.sh with a hash of it all for the launcher to source.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const SOURCE = resolve('src');
// Made beside dist and renamed into its place: a command that runs meanwhile sees one build or the other.
const OUTPUT = `dist.${process.pid}.tmp`;
/** @param {string} source a module of src @returns {string} where its bundle goes */
const bundleOf = (source) => join(OUTPUT, relative(SOURCE, source).replace(/\.ts$/, '.cjs'));

/**
 * One bundle: a module with all that it imports statically. What it imports dynamically stays outside and becomes a bundle of its own,
 * so that a command loads one or two files. CommonJS, because Node's ES module loader alone costs 4 ms, and 0.3 ms more a chunk.
 * @param {string} source
 */
async function bundle(source) {
  /** @type {string[]} */
  const lazy = [];
  const { metafile } = await build({
    entryPoints: [source],
    outfile: bundleOf(source),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // A dynamic import of a bundle of ours is a require: the ES module loader is never started.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { TOOL_VERSION: JSON.stringify(version) },
    metafile: true,
    logLevel: 'warning',
    plugins: [lazyBundles(source, lazy), withoutChildProcess],
  });
  return { outputs: metafile.outputs, lazy };
}

/** Points dynamic imports at the bundles they become, and notes them. @param {string} source @param {string[]} found @returns {import('esbuild').Plugin} */
const lazyBundles = (source, found) => ({
  name: 'lazy-bundles',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const target = resolve(resolveDir, path);
      found.push(target);
      return { path: `./${relative(dirname(bundleOf(source)), bundleOf(target))}`, external: true };
    });
  },
});

/** Commander loads it for subcommands that are programs of their own, which tool has none of: 2.5 ms. @type {import('esbuild').Plugin} */
const withoutChildProcess = {
  name: 'without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/') ? { path: 'child_process', namespace: 'nothing' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: '' }));
  },
};

/** @type {import('esbuild').Metafile['outputs']} */
const outputs = {};
const sources = new Set([resolve('src/main.ts')]);
for (const source of sources) {
  const made = await bundle(source);
  Object.assign(outputs, made.outputs);
  for (const next of made.lazy) sources.add(next);
}
writeFileSync(join(OUTPUT, 'metafile.json'), JSON.stringify({ outputs }).replaceAll(OUTPUT, 'dist'));
writeFileSync(join(OUTPUT, 'abi.sh'), execFileSync(process.execPath, [join(OUTPUT, 'main.cjs'), 'abi-names']));

const hash = createHash('sha256').update(version);
const files = readdirSync(OUTPUT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.cjs'))
  .map((entry) => `${entry.parentPath}/${entry.name}`)
  .sort();
for (const file of files) hash.update(relative(OUTPUT, file)).update(readFileSync(file));
// The launcher and the core plugins belong to the build as well: a home linked to an older set is prepared anew.
for (const folder of ['bin', 'libexec', 'plugins']) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    `${a.parentPath}/${a.name}` < `${b.parentPath}/${b.name}` ? -1 : 1,
  )) {
    hash.update(`${entry.parentPath}/${entry.name}`);
    if (entry.isFile()) hash.update(readFileSync(`${entry.parentPath}/${entry.name}`));
  }
}
writeFileSync(join(OUTPUT, 'build.sh'), `tool_build=${hash.digest('hex').slice(0, 16)}\n`);

const old = `dist.${process.pid}.old.tmp`;
if (existsSync('dist')) renameSync('dist', old);
renameSync(OUTPUT, 'dist');
rmSync(old, { recursive: true, force: true });
