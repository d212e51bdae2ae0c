// Bundles src into dist: one entry, lazy chunks, and build.sh with a hash of it all for the launcher to source.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  define: { TOOL_VERSION: JSON.stringify(version) },
  // CommonJS packages inside an ES module bundle still call require for Node's own modules.
  banner: { js: "import { createRequire as toolCreateRequire } from 'node:module';const require = toolCreateRequire(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
});
writeFileSync('dist/abi.sh', execFileSync(process.execPath, ['dist/main.js', 'abi-names']));
writeFileSync('dist/metafile.json', JSON.stringify(metafile));

const hash = createHash('sha256').update(version);
const files = readdirSync('dist', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
  .map((entry) => `${entry.parentPath}/${entry.name}`)
  .sort();
for (const file of files) hash.update(file).update(readFileSync(file));
// The launcher and the core plugins belong to the build as well: a home linked to an older set is prepared anew.
for (const folder of ['bin', 'libexec', 'plugins']) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    `${a.parentPath}/${a.name}` < `${b.parentPath}/${b.name}` ? -1 : 1,
  )) {
    hash.update(`${entry.parentPath}/${entry.name}`);
    if (entry.isFile()) hash.update(readFileSync(`${entry.parentPath}/${entry.name}`));
  }
}
writeFileSync('dist/build.sh', `tool_build=${hash.digest('hex').slice(0, 16)}\n`);
