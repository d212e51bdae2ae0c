import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { editSpec } from '../../addons/edit-spec.ts';
import { readSpec } from '../../addons/read-spec.ts';
import { hostPlatform, platformText } from '../../catalogue/platforms.ts';
import { UserError } from '../../errors.ts';
import type { BundledPlugin, BundledSpec, BundleManifest } from '../../mirror/bundle/manifest.ts';
import { unpackBundle, verifyBundle } from '../../mirror/bundle/read-bundle.ts';
import { bundleSignature } from '../../mirror/bundle/signature.ts';
import { asStoredFile } from '../../mirror/stores/stored-file.ts';
import type { Signature } from '../../provenance/signature.ts';
import { openTrust } from '../../provenance/trust.ts';
import { isKnown, readSource } from '../../sources/source.ts';
import type { StageOptions } from '../../sources/stage.ts';
import { withStoreMutex } from '../../store/recover.ts';
import { refuseNested } from '../../store/refuse-nested.ts';
import { type Lock, parseLock } from '../../sync/lockfile.ts';
import { planSync, type SyncStep, sync } from '../../sync/sync.ts';
import { explainDiskErrors } from '../../system/disk-errors.ts';
import { untilInterrupted } from '../../system/interrupts.ts';
import { makeFolder } from '../../system/make-folder.ts';
import { removeTree } from '../../system/remove-tree.ts';
import { plural } from '../../system/word-list.ts';
import { run as applySpec } from '../addon/apply.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { placingWorld } from '../plugin/placing-world.ts';
import { stepLine } from '../plugin/sync-lines.ts';
import { trustFlags } from '../plugin/trust-flags.ts';

type Context = CommandContext<'bundle:install'>;

/** Installs the plugins and the add-ons of a bundle. Nothing is asked of a network. */
export async function run(context: Context): Promise<Outcome> {
  const { layout, env, options, progress, warn, args } = context;
  refuseNested(env);
  const [word] = args;
  const bundle = await verifyBundle(word);
  const { manifest } = bundle;
  refuseOtherPlatform(manifest);
  const { verify } = trustFlags({ verify: undefined, ...options });
  const trust = openTrust(layout.home, verify);
  const signature: Signature = trust.looks() === 'nowhere' ? { state: 'unsigned' } : await bundleSignature(word, bundle, trust);
  if (signature.state === 'bad')
    throw new UserError('bad-signature', `The signature of ${word} is bad: ${signature.why}`, { hint: 'nothing was unpacked; get the bundle again' });
  progress({ info: `Bundle verified: ${plural(manifest.files.length, 'file')}` });
  // A bundle that says the same is kept once.
  const id = createHash('sha256').update(bundle.text).digest('hex').slice(0, 16);
  const folder = join(layout.home, 'bundles');
  const coming = explainDiskErrors('unpack the bundle', folder, () => {
    makeFolder(folder);
    return mkdtempSync(join(folder, '.coming-'));
  });
  return untilInterrupted(
    () => void removeTree(coming),
    async () => {
      try {
        await unpackBundle(word, coming, bundle);
        const steps = await installPlugins(context, manifest, coming, signature);
        const applied = await applySpecs(context, manifest, coming, join(folder, id));
        const failed = steps.filter(({ step }) => step === 'failed').map(({ name }) => name);
        return {
          data: { plugins: steps, addons: applied.map(({ data }) => data) },
          lines: () => [
            ...(manifest.plugins.length > 0 && steps.every(({ step }) => step === 'kept') ? [{ info: 'The plugins are as the bundle has them' }] : []),
            ...applied.flatMap(({ lines }) => lines()),
          ],
          failure:
            failed.length > 0
              ? new UserError('some-failed', `${failed.length} of ${manifest.plugins.length} plugins failed: ${failed.join(', ')}`)
              : applied.find(({ failure }) => failure)?.failure,
        };
      } finally {
        removeTree(coming);
        await withStoreMutex(layout, warn, async () => {});
      }
    },
  );
}

/** @throws UserError where plugins are for another platform */
function refuseOtherPlatform({ platform, plugins }: BundleManifest): void {
  const own = platformText(hostPlatform());
  const other = plugins.find(({ source }) => source.kind === 'catalogue' && platform !== own);
  if (other) throw new UserError('bad-bundle', `The bundle was made for ${platform}, and this is ${own}`, { hint: `make one on a machine of ${own}` });
}

async function installPlugins(context: Context, manifest: BundleManifest, folder: string, signature: Signature): Promise<SyncStep[]> {
  if (manifest.lock === undefined) return [];
  const { layout, options, progress, warn } = context;
  const lock = lockIn(join(folder, manifest.lock), signature);
  const plan = { ...planSync(layout, lock, undefined, false), extra: [] };
  const byName = new Map(manifest.plugins.map((plugin) => [plugin.name, plugin]));
  if (!options.dryRun) await withStoreMutex(layout, warn, async () => {});
  const asSync = context as unknown as CommandContext<'plugin:sync'>;
  return sync(
    (name) => ({ ...placingWorld(asSync, name), catalogues: undefined, getters: undefined, supply: supplyOf(byName.get(name), lock, folder, signature) }),
    plan,
    {
      frozen: false,
      prune: false,
      mayPrune: async () => false,
      dryRun: options.dryRun === true,
      onStep: (step) => {
        const line = stepLine(step, options.dryRun === true, layout.brand);
        if (line !== undefined) progress(line);
      },
    },
  );
}

/** The lock of a bundle. Of a bundle that nobody signed nothing is known of who signed the plugins. */
function lockIn(file: string, { state }: Signature): Lock {
  const lock = parseLock(readFileSync(file, 'utf8'), 'tool.lock of the bundle');
  return state === 'signed' ? lock : lock.map(({ signer: _, ...plugin }) => plugin);
}

/** Brings a plugin's tree out of an unpacked bundle. Whoever signed the bundle vouches for the signer that it names. */
function supplyOf(plugin: BundledPlugin | undefined, lock: Lock, folder: string, signature: Signature): NonNullable<StageOptions['supply']> {
  return async ({ tree, limits }) => {
    const locked = lock.find(({ name }) => name === plugin?.name);
    const source = plugin && readSource(plugin.source);
    if (!plugin || !locked || !source || !isKnown(source))
      throw new UserError('bad-bundle', 'The bundle does not have all plugins of its lock', { hint: 'make it again with bundle:create' });
    const { unpackArchive } = await import('../../sources/archive/unpack.ts');
    await unpackArchive(join(folder, plugin.file), `${plugin.name} of the bundle`, tree, limits, { format: 'gzip' });
    const own = signature.state === 'signed' && plugin.signer !== undefined ? { ...signature, signer: { key: plugin.signer, names: [] } } : signature;
    return { source: plugin.tree === locked.hash ? locked.source : source, signature: own, program: plugin.program };
  };
}

/** Applies the specs of a bundle, whose packages stay: what was installed is had from there again. */
async function applySpecs(context: Context, { specs }: BundleManifest, coming: string, kept: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  if (specs.length === 0) return outcomes;
  const { options } = context;
  if (!options.dryRun && !existsSync(kept)) {
    removeTree(join(coming, 'plugins'));
    renameSync(coming, kept);
  } else if (!options.dryRun) {
    // store:gc leaves what came lately.
    utimesSync(kept, new Date(), new Date());
  }
  const folder = options.dryRun ? coming : kept;
  for (const spec of specs) {
    const file = asStoredFile(join(folder, `${spec.file.replaceAll('/', '-')}`), await specText(folder, spec)).file;
    const own = { registry: folder, hostVersion: spec.hostVersion, offline: true, join: options.join, dryRun: options.dryRun };
    outcomes.push(await applySpec({ ...context, args: [file], options: { ...options, ...own } } as unknown as CommandContext<'addon:apply'>));
  }
  return outcomes;
}

/** A spec whose packages are those that were unpacked. */
async function specText(folder: string, { file, addons }: BundledSpec): Promise<string> {
  const text = readFileSync(join(folder, file), 'utf8');
  const edits = (await readSpec(text, file)).addons.flatMap((addon) => {
    const packed = addons.find(({ name, version }) => name === addon.name && version === addon.version.text);
    if (!packed) return [];
    const s3Override = `${pathToFileURL(folder).href}/${packed.file.split('/').map(encodeURIComponent).join('/')}`;
    return [{ addon, version: packed.version, s3Override, sha256: packed.sha256 }];
  });
  return editSpec(text, edits);
}
