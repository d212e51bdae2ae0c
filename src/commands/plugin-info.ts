import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isExecutableFile } from '../plugins/executable.ts';
import { installedPlugins } from '../plugins/installed.ts';
import { isCore, namesIn } from '../plugins/layout.ts';
import { type Dependency, type Manifest, readManifest } from '../plugins/manifest.ts';
import { hooksOf } from '../plugins/plugin-files.ts';
import { followed, isHeld } from '../sources/followed.ts';
import { sourceText } from '../sources/source.ts';
import { installedSource } from '../store/installed-source.ts';
import { isPinned } from '../store/pins.ts';
import { keptGenerations } from '../store/prune.ts';
import { keptBytes } from '../store/purge.ts';
import { currentReceipt } from '../store/receipts.ts';
import { storePaths } from '../store/store-paths.ts';
import { diskUse } from '../system/disk-use.ts';
import { columns } from '../terminal/columns.ts';
import { logWarn, print, printJson } from '../terminal/log.ts';
import { sizeText } from '../terminal/size-text.ts';
import type { CommandContext } from './command-spec.ts';

/** Prints what is known of one plugin: its manifest, where it came from, what it answers to and listens to. */
export async function run({ layout, args: [name = ''], options }: CommandContext): Promise<number> {
  const plugin = installedPlugins(layout).plugins.find((candidate) => candidate.name === name);
  if (!plugin) throw new UserError('REFUSED', `Plugin (${name}) is not currently installed`, { hint: `see \`${layout.brand} plugin:list\`` });
  const { directory, enabled } = plugin;
  const { manifest, problem } = readManifest(directory);
  if (problem) logWarn(problem);
  const receipt = currentReceipt(storePaths(layout.pluginPath), name);
  const source = await installedSource(layout, name);
  const programs = (folder: string): string[] => namesIn(folder).filter((entry) => isExecutableFile(join(folder, entry)));
  const info = {
    name,
    version: manifest?.version ?? '',
    description: manifest?.description ?? '',
    enabled,
    core: isCore(layout, name),
    directory,
    generation: receipt?.generation ?? null,
    kept: keptGenerations(layout, name),
    follows: source.kind === 'unknown' ? null : followed(source),
    pinned: isPinned(storePaths(layout.pluginPath), name) || isHeld(source),
    source,
    sourceHash: receipt?.sourceHash ?? null,
    installedHash: receipt?.installedHash ?? null,
    installed: receipt?.time ?? null,
    broughtBack: receipt?.broughtBack ?? null,
    installedBy: receipt ? `${layout.brand} ${receipt.tool}` : null,
    requires: manifest?.requires ?? null,
    needs: (await needsOf(manifest)).map((need) => `${need.name} ${need.range}`),
    commands: programs(join(directory, 'subcommands')).map((command) => (command === 'default' ? name : `${name}:${command}`)),
    disk: { current: diskUse(directory), kept: keptBytes(layout, name) },
    triggers: hooksOf(directory),
  };
  if (options.format === 'json') {
    printJson(info);
    return 0;
  }
  const labels: Readonly<Record<string, string>> = {
    sourceHash: 'source hash',
    installedHash: 'installed hash',
    installedBy: 'installed by',
    broughtBack: 'brought back',
  };
  const lines = Object.entries({ ...info, source: info.core ? `comes with ${layout.brand}` : sourceText(info.source), disk: diskText(info.disk) });
  print(columns(lines.map(([label, value]) => [`${labels[label] ?? label}:`, wording(value)])).join('\n'));
  return 0;
}

const diskText = ({ current, kept }: { current: number; kept: number }): string => sizeText(current) + (kept > 0 ? `, and ${sizeText(kept)} kept` : '');

const wording = (value: unknown): string =>
  Array.isArray(value) ? value.join(' ') : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value ?? '-');

/** The dependencies that are no remarks. */
async function needsOf(manifest: Manifest | undefined): Promise<readonly Dependency[]> {
  if (!manifest || manifest.dependencies.length === 0) return [];
  const { isNeed } = await import('../store/requirements.ts');
  return manifest.dependencies.filter(isNeed);
}
