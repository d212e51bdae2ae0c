// Builds dist: the bundle, the notice of the packages in it, a list of what is where in it for the tests, what completion reads of its commands, the remedies of errors for shell, build.sh with a hash of it all for the launcher to source, and packs of what commands load together.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundle, bundleApi, bundleArgs, bundleSdk, bundleShellProvider, bundleSourceProvider, bundleWasm, OUTSIDE } from './bundle.js';
import { coreWords } from './core-words.js';
import { noticesOf } from './notices.js';
import { addPacks } from './packs.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

// Made beside dist and renamed into its place: a command that runs meanwhile sees one build or the other.
const OUTPUT = `dist.${process.pid}.tmp`;
process.on('exit', () => rmSync(OUTPUT, { recursive: true, force: true }));

const contents = await bundle(OUTPUT, version);
const apart = [
  ...(await bundleArgs(OUTPUT, version)),
  ...(await bundleWasm(OUTPUT, version)),
  ...(await bundleShellProvider(OUTPUT, version)),
  ...(await bundleSourceProvider(OUTPUT, version)),
  ...(await bundleApi(join(OUTPUT, 'api'), version)),
  ...(await bundleSdk(join(OUTPUT, 'sdk'), version)),
];
writeFileSync(join(OUTPUT, 'contents.json'), JSON.stringify(contents));
writeFileSync(join(OUTPUT, 'THIRD-PARTY.txt'), noticesOf([...contents.flatMap(({ modules }) => modules), ...apart], OUTSIDE));
writeFileSync(join(OUTPUT, 'abi.sh'), execFileSync(process.execPath, [join(OUTPUT, 'main.cjs'), 'abi-names']));
writeFileSync(join(OUTPUT, 'remedies'), execFileSync(process.execPath, [join(OUTPUT, 'main.cjs'), 'remedies']));
const tables = JSON.parse(execFileSync(process.execPath, [join(OUTPUT, 'main.cjs'), 'completion-tables', ...readdirSync('plugins')], { encoding: 'utf8' }));
for (const [path, text] of Object.entries(tables)) {
  const file = join(OUTPUT, 'completion', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
writeFileSync(join(OUTPUT, 'completion/words.sh'), coreWords('plugins', join(OUTPUT, 'completion')));

const hash = createHash('sha256').update(version);
const files = readdirSync(OUTPUT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(\.cjs|^(args|wasm)\.js)$/.test(entry.name))
  .map((entry) => `${entry.parentPath}/${entry.name}`)
  .sort();
for (const file of files) hash.update(relative(OUTPUT, file)).update(readFileSync(file));
// The launcher and the core plugins belong to the build as well: a home linked to an older set is prepared anew.
for (const folder of ['bin', 'compat', 'libexec', 'plugins']) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    `${a.parentPath}/${a.name}` < `${b.parentPath}/${b.name}` ? -1 : 1,
  )) {
    hash.update(`${entry.parentPath}/${entry.name}`);
    if (entry.isFile()) hash.update(readFileSync(`${entry.parentPath}/${entry.name}`));
  }
}
writeFileSync(join(OUTPUT, 'build.sh'), `tool_build=${hash.digest('hex').slice(0, 16)}\n`);
await addPacks(OUTPUT);

const old = `dist.${process.pid}.old.tmp`;
if (existsSync('dist')) renameSync('dist', old);
renameSync(OUTPUT, 'dist');
rmSync(old, { recursive: true, force: true });
