import { isReference } from '../../catalogue/reference.ts';
import { coreNameOf, isShipped } from '../../home/core-names.ts';
import { kindOf } from '../../home/core-plugins.ts';
import type { Layout } from '../../home/layout.ts';
import { notInstalled } from '../../home/not-installed.ts';
import { storePaths } from '../../home/store-paths.ts';
import { type InstalledPlugin, installedPlugins } from '../../plugins/installed.ts';
import type { Dependency } from '../../plugins/manifest.ts';
import { grantedPolicy, policyText } from '../../plugins/wasm/granted.ts';
import type { Source } from '../../sources/kinds.ts';
import { followed, isExact, isKnown, knownKind, sourceText, writtenSource } from '../../sources/source.ts';
import { keptGenerations } from '../../store/generations.ts';
import { installedSource } from '../../store/installed-source.ts';
import { isPinned } from '../../store/pins.ts';
import { keptBytes } from '../../store/purge.ts';
import { currentReceipt, type Receipt } from '../../store/receipts.ts';
import { SigningStatuses } from '../../store/signing-status.ts';
import { diskUse } from '../../system/disk-use.ts';
import { sizeText } from '../../system/size-text.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { manifestFields } from './list-sources.ts';
import { typeText } from './type-text.ts';

/** Prints what is known of one plugin: its manifest, where it came from, what it answers to and listens to. */
export async function run(context: CommandContext<'plugin:info'>): Promise<Outcome> {
  const {
    layout,
    args: [name],
    warn,
  } = context;
  const plugin = installedPlugins(layout).plugins.find((candidate) => candidate.name === name);
  if (!plugin && isReference(name)) {
    const { releaseInfo } = await import('./release-info.ts');
    const info = await releaseInfo(context, name);
    if (info) return info;
  }
  if (!plugin) throw notInstalled(layout, name);
  const { directory, enabled } = plugin;
  if (plugin.problem) warn(plugin.problem);
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
  const source = await installedSource(layout, name);
  const signature = await new SigningStatuses(layout).of(name);
  const runtime = grantedPolicy(directory, receipt?.allowedHosts ?? []);
  const info = {
    name,
    version: plugin.version,
    description: plugin.description,
    enabled,
    core: isShipped(layout, name),
    directory,
    generation: receipt?.generation ?? null,
    kept: keptGenerations(layout, name),
    follows: isKnown(source) ? followed(source) : null,
    pinned: isPinned(storePaths(layout.pluginPath), name) || isExact(source),
    source,
    ...(await newestOf(context, source)),
    sourceHash: receipt?.sourceHash ?? null,
    installedHash: receipt?.installedHash ?? null,
    installed: receipt?.time ?? null,
    broughtBack: receipt?.broughtBack ?? null,
    signature: signature ? { status: signature.status, of: signature.of, why: signature.why } : null,
    signer: receipt?.signer === undefined ? null : { key: receipt.signer, names: receipt.signerNames ?? [] },
    installedBy: receipt ? `${layout.brand} ${receipt.tool}` : null,
    requires: plugin.manifest?.requires ?? null,
    ...manifestFields(directory, plugin.manifest?.helm),
    ...(plugin.manifest?.helm ? { helm: plugin.manifest.helm } : {}),
    ...(runtime === undefined ? {} : { runtime }),
    needs: (await needsOf(plugin.dependencies)).map((need) => `${need.name} ${need.range}`),
    commands: plugin.commands,
    disk: { current: diskUse(directory), kept: keptBytes(layout, name) },
    triggers: plugin.triggers,
  };
  const { form: _form, type: _type, ...shown } = info;
  const worded = {
    ...shown,
    enabled: enabledText(layout, plugin),
    ...(info.runtime ? { runtime: policyText(info.runtime) } : {}),
    ...(info.helm ? { helm: `${info.helm.name}, ${typeText(info.helm)}` } : {}),
    source: info.core ? `comes with ${layout.brand}` : sourceText(source),
    signature: signature ? [signature.status, ...(signature.why === null ? [] : [signature.why])].join(': ') : null,
    signer: signedText(receipt),
    disk: diskText(info.disk),
  };
  return {
    data: { ...info, source: writtenSource(source) },
    lines: () => columns(Object.entries(worded).map(([label, value]) => [`${LABELS[label] ?? label}:`, wording(value)])),
  };
}

/** Of what came from a repository: the newest that the copy of its index has, and what that says of the one that is here. */
async function newestOf(context: CommandContext<'plugin:info'>, source: Source): Promise<{ newest?: string | null; remark?: string }> {
  if (!knownKind(source)?.isNamed) return {};
  const { copiesOf, standingInCopies } = await import('./standing-in-copies.ts');
  const standing = await standingInCopies(copiesOf(context), source);
  return { newest: standing?.latest || null, ...(standing?.remark === undefined ? {} : { remark: standing.remark }) };
}

/** Who signed it, or what was found in place of that. */
function signedText(receipt: Receipt | undefined): string {
  if (receipt?.signer !== undefined) return [receipt.signer, ...(receipt.signerNames ?? [])].join(', ');
  if (receipt?.unverified === undefined) return '-';
  return receipt.unverified === 'skipped' ? 'nobody looked' : receipt.unverified === 'unsigned' ? 'nobody' : 'a key that is not trusted';
}

const LABELS: Readonly<Record<string, string>> = {
  signer: 'signed by',
  runtime: 'its modules may',
  sourceHash: 'source hash',
  installedHash: 'installed hash',
  installedBy: 'installed by',
  broughtBack: 'brought back',
};

/** Whether a plugin is enabled, and of one that comes with tool how it is to be had. */
function enabledText(layout: Layout, { name, enabled }: InstalledPlugin): string {
  if (enabled || !isShipped(layout, name)) return enabled ? 'yes' : 'no';
  const kind = kindOf(layout, coreNameOf(layout, name) ?? name);
  return `no, but available: \`${layout.brand} plugin:enable ${name}\`${kind === 'family' ? '; its commands work without' : ''}`;
}

const diskText = ({ current, kept }: { current: number; kept: number }): string => sizeText(current) + (kept > 0 ? `, and ${sizeText(kept)} kept` : '');

const wording = (value: unknown): string =>
  Array.isArray(value) ? value.join(' ') : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value ?? '-');

/** The dependencies that are no remarks. */
async function needsOf(dependencies: readonly Dependency[]): Promise<readonly Dependency[]> {
  if (dependencies.length === 0) return [];
  const { isNeed } = await import('../../store/requirements.ts');
  return dependencies.filter(isNeed);
}
