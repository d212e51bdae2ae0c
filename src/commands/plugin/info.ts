import { isReference } from '../../catalogue/reference.ts';
import { coreNameOf, isShipped } from '../../home/core-names.ts';
import { kindOf } from '../../home/core-plugins.ts';
import type { Layout } from '../../home/layout.ts';
import { notInstalled } from '../../home/not-installed.ts';
import { storePaths } from '../../home/store-paths.ts';
import { type InstalledPlugin, installedPlugins } from '../../plugins/installed.ts';
import type { Dependency } from '../../plugins/manifest.ts';
import type { Source } from '../../sources/kinds.ts';
import { followed, isExact, isKnown, knownKind, sourceText, writtenSource } from '../../sources/source.ts';
import { keptGenerations } from '../../store/generations.ts';
import { installedSource } from '../../store/installed-source.ts';
import { isPinned } from '../../store/pins.ts';
import { keptBytes } from '../../store/purge.ts';
import { currentReceipt } from '../../store/receipts.ts';
import { diskUse } from '../../system/disk-use.ts';
import { sizeText } from '../../system/size-text.ts';
import { columns } from '../../terminal/columns.ts';
import type { CommandContext, Outcome } from '../command.ts';

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
    installedBy: receipt ? `${layout.brand} ${receipt.tool}` : null,
    requires: plugin.manifest?.requires ?? null,
    ...(plugin.manifest?.helm ? { helm: plugin.manifest.helm } : {}),
    needs: (await needsOf(plugin.dependencies)).map((need) => `${need.name} ${need.range}`),
    commands: plugin.commands,
    disk: { current: diskUse(directory), kept: keptBytes(layout, name) },
    triggers: plugin.triggers,
  };
  const worded = {
    ...info,
    enabled: enabledText(layout, plugin),
    ...(info.helm ? { helm: `${info.helm.name}, ${info.helm.type}` } : {}),
    source: info.core ? `comes with ${layout.brand}` : sourceText(source),
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

const LABELS: Readonly<Record<string, string>> = {
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
