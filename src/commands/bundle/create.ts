import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { hostPlatform, platformText } from '../../catalogue/platforms.ts';
import { UserError } from '../../errors.ts';
import { storePaths } from '../../home/store-paths.ts';
import { type CollectedFile, type CollectedPlugin, collectPlugin } from '../../mirror/bundle/collect.ts';
import { collectPackages, registryOf } from '../../mirror/bundle/collect-packages.ts';
import { BUNDLE_FORMAT, type BundledSpec, type BundleManifest } from '../../mirror/bundle/manifest.ts';
import { partSize } from '../../mirror/bundle/sizes.ts';
import { writeBundle } from '../../mirror/bundle/write-bundle.ts';
import { asStoredFile } from '../../mirror/stores/stored-file.ts';
import { type Lock, readLock, renderLock } from '../../sync/lockfile.ts';
import { untilInterrupted } from '../../system/interrupts.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { sizeText } from '../../system/size-text.ts';
import { plural } from '../../system/word-list.ts';
import { fetchProgress } from '../../terminal/progress.ts';
import { resolvedSpec } from '../addon/resolved-spec.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { cataloguesOf } from '../plugin/opened-catalogues.ts';
import { stageOptions } from '../plugin/stage-options.ts';

type Context = CommandContext<'bundle:create'>;

/** Writes what locks and specs name into one file. */
export async function run(context: Context): Promise<Outcome> {
  const { args, options } = context;
  if (options.output === undefined) throw new UserError('missing-flag', '--output is missing', { hint: 'name the bundle: -o bundle.tar' });
  const partBytes = options.split === undefined ? undefined : partSize('--split', options.split);
  const scratch = mkdtempSync(join(tmpdir(), 'tool-bundle-'));
  return untilInterrupted(
    () => void removeTree(scratch),
    async () => {
      try {
        const locks = args.filter((file) => !/\.ya?ml$/i.test(file));
        const { manifest, files } = await collected(
          context,
          locks,
          args.filter((file) => !locks.includes(file)),
          scratch,
        );
        const things = `${plural(manifest.plugins.length, 'plugin')}, ${plural(
          manifest.specs.reduce((sum, { addons }) => sum + addons.length, 0),
          'add-on',
        )}`;
        if (options.dryRun) return { data: { ...manifest, written: false }, lines: () => [`would write ${options.output}: ${things}`] };
        const places = new Map(files.map(({ path, place }) => [path, place]));
        const { parts, bytes } = await writeBundle(resolve(options.output ?? ''), manifest, places, partBytes);
        const [first = '', last = ''] = [parts[0], parts.at(-1)].map((part) => basename(part ?? ''));
        const where = first === last ? first : `${first} to ${last}`;
        return { data: { ...manifest, parts, bytes }, lines: () => [{ info: `${where} written: ${things}, ${sizeText(bytes)}` }] };
      } finally {
        removeTree(scratch);
      }
    },
  );
}

async function collected(
  context: Context,
  locks: readonly string[],
  specs: readonly string[],
  scratch: string,
): Promise<{ manifest: BundleManifest; files: readonly CollectedFile[] }> {
  const plugins = await collectLocked(context, lockOf(locks), scratch);
  const bundled = [];
  for (const [index, file] of specs.entries()) bundled.push(await collectSpec(context, file, index, scratch));
  const packages = bundled.flatMap((one) => one.packages);
  const asFile = (path: string, text: string): CollectedFile => ({ path, place: join(scratch, path.replaceAll('/', '-')), ...stored(scratch, path, text) });
  const registry = registryOf(unique(packages, ({ file }) => file.path));
  const lock = lockOf(locks);
  const files = [
    ...(lock.length > 0 ? [asFile('tool.lock', renderLock(lock))] : []),
    ...plugins.map(({ file }) => file),
    ...bundled.map(({ spec, text }) => asFile(spec.file, text)),
    ...(packages.length > 0 ? [asFile(registry.path, registry.text)] : []),
    ...unique(
      packages.map(({ file }) => file),
      ({ path }) => path,
    ),
  ];
  const manifest: BundleManifest = {
    format: BUNDLE_FORMAT,
    platform: platformText(hostPlatform()),
    ...(lock.length > 0 ? { lock: 'tool.lock' } : {}),
    plugins: plugins.map(({ plugin }) => plugin),
    specs: bundled.map(({ spec }) => spec),
    files: files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
  };
  return { manifest, files };
}

function stored(scratch: string, path: string, text: string): Pick<CollectedFile, 'sha256' | 'bytes'> {
  const { sha256, bytes } = asStoredFile(join(scratch, path.replaceAll('/', '-')), text);
  return { sha256, bytes };
}

/** All plugins of some locks. @throws UserError for a lock that is not there, and for a name that two have differently */
function lockOf(files: readonly string[]): Lock {
  const all = files.flatMap((file) => {
    const lock = readLock(resolve(file));
    if (lock === undefined)
      throw new UserError('no-lock', `There is no ${file}`, { hint: 'write it with plugin:lock, or give a spec of add-ons that ends in .yaml' });
    return lock;
  });
  const lock = unique(all, ({ name }) => name);
  const twice = all.find((one) => renderLock([one]) !== renderLock(lock.filter(({ name }) => name === one.name)));
  if (twice) throw new UserError('bad-lock', `Two locks have ${twice.name} differently`, { hint: 'make a bundle of each' });
  return lock;
}

async function collectLocked(context: Context, lock: Lock, scratch: string): Promise<CollectedPlugin[]> {
  const { layout, warn } = context;
  const catalogues = cataloguesOf({ ...context, options: {} });
  const all: CollectedPlugin[] = [];
  for (const locked of lock)
    all.push(await collectPlugin(locked, scratch, storePaths(layout.pluginPath), { ...stageOptions(layout, locked.name, warn), catalogues }));
  return all;
}

async function collectSpec({ layout, env, options, warn }: Context, file: string, index: number, scratch: string) {
  const { hostVersion: asked, registry, supported } = options;
  const { hostVersion, text, addons } = await resolvedSpec(file, { layout, env, warn, options: { hostVersion: asked, registry, supported } });
  const needed = addons.flatMap(({ addon: name, version, s3Override: url, sha256 }) => (url === undefined ? [] : [{ name, version, url, sha256 }]));
  const shown = fetchProgress(basename(file));
  const packages = await collectPackages(needed, { folder: scratch, files: options.files, env, onProgress: shown.onProgress }).finally(shown.onEnd);
  const bundled: BundledSpec = {
    file: `specs/${index + 1}.yaml`,
    hostVersion,
    addons: packages.map(({ name, version, sha256, file: { path } }) => ({ name, version, sha256, file: path })),
  };
  return { spec: bundled, text, packages };
}

/** The first of those that have the same key. */
function unique<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map(all.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}
