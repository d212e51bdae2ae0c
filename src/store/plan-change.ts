import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isEnabled } from '../plugins/installed.ts';
import { isCore, type Layout } from '../plugins/layout.ts';
import { readManifest } from '../plugins/manifest.ts';
import { isPluginName } from '../plugins/names.ts';
import type { Source, Staged } from '../sources/source.ts';
import { linkTarget, somethingAt } from '../system/links.ts';
import { VERSION } from '../version.ts';
import type { Change } from './pending.ts';
import { keptGenerations, nextGeneration } from './prune.ts';
import { currentReceipt, type Receipt, receiptsOf } from './receipts.ts';
import { RESERVED_NAMES, storePaths } from './store-paths.ts';

/** Words that the dispatcher answers itself, so that a plugin of that name could not be reached. */
const ANSWERED_BY_TOOL: ReadonlySet<string> = new Set(['help', 'version']);

/**
 * Whether a plugin may have a name at all.
 * @throws UserError REFUSED
 */
export function checkNewName(layout: Layout, name: string): void {
  const hint = 'give another with --name';
  if (!isPluginName(name)) {
    throw new UserError('REFUSED', `"${name}" cannot be a plugin's name; it is letters, digits, dots, hyphens and underscores`, { hint });
  }
  if (isCore(layout, name) || existsSync(join(layout.coreAvailable, name))) throw new UserError('REFUSED', `${name} is the name of a core plugin`, { hint });
  if (RESERVED_NAMES.has(name) || ANSWERED_BY_TOOL.has(name)) throw new UserError('REFUSED', `"${name}" is a word of ${layout.brand} itself`, { hint });
}

/**
 * What a staged tree says of itself.
 * @throws UserError REFUSED when it is no plugin
 */
export function checkedVersion(source: string, tree: string): string {
  const { manifest, problem } = readManifest(tree);
  if (problem !== undefined) throw new UserError('REFUSED', `${source} is not a plugin: ${problem.replace(`${tree}/`, '')}`);
  return manifest.version;
}

const newReceipt = (layout: Layout, name: string, version: string, { source, hash }: Omit<Staged, 'tree'>, from?: Change['from']): Receipt => ({
  name,
  generation: Math.max(nextGeneration(layout, name), (from?.generation ?? 0) + 1),
  version,
  source,
  sourceHash: hash,
  time: new Date().toISOString(),
  tool: VERSION,
});

/**
 * What stands in available/, as a change sees it; null for nothing. Its place in the store is free: undoing relies on that.
 * @throws UserError REFUSED when enabled/ holds a directory of that name, which no switch could take out of the way
 */
function standing(layout: Layout, name: string): Change['from'] {
  const enabled = join(layout.enabled, name);
  if (somethingAt(enabled) && linkTarget(enabled) === undefined) {
    throw new UserError('REFUSED', `${enabled} is a directory and not a link to ${layout.available}`, { hint: 'move it away, or bring it there' });
  }
  if (!somethingAt(join(layout.available, name))) return null;
  const paths = storePaths(layout.pluginPath);
  const generation = currentReceipt(paths, name)?.generation ?? 0;
  // Put there by hand, again: the number is taken by the tree that stood there before.
  const taken = somethingAt(paths.generation(name, generation));
  return { generation: taken ? nextGeneration(layout, name) : generation, enabled: isEnabled(layout, name) };
}

/** The change that puts a staged tree in place: an install where nothing stands, else an update. */
export function planPlacing(layout: Layout, name: string, version: string, staged: Staged): Change {
  const from = standing(layout, name);
  return {
    kind: from ? 'update' : 'install',
    plugin: name,
    from,
    to: { receipt: newReceipt(layout, name, version, staged, from), tree: staged.tree, kept: false },
  };
}

export const planUninstall = (layout: Layout, name: string): Change => ({ kind: 'uninstall', plugin: name, from: standing(layout, name), to: null });

/**
 * The change that brings a previous generation back.
 * @param wanted its number; without it the newest before the current one
 * @throws UserError REFUSED with the generations that are kept
 */
export function planRollback(layout: Layout, name: string, wanted: number | undefined): Change {
  const paths = storePaths(layout.pluginPath);
  const kept = keptGenerations(layout, name);
  const from = standing(layout, name);
  const generation = wanted ?? kept.filter((candidate) => candidate < (from?.generation ?? Number.POSITIVE_INFINITY)).at(-1);
  if (generation === undefined || !kept.includes(generation)) {
    const what = generation === undefined ? `Nothing older of ${name} is kept` : `Generation ${generation} of ${name} is not kept`;
    throw new UserError('REFUSED', what, { hint: kept.length > 0 ? `--to takes ${kept.join(', ')}` : `see \`${layout.brand} plugin:history ${name}\`` });
  }
  const tree = paths.generation(name, generation);
  const known = receiptsOf(paths, name).find((receipt) => receipt.generation === generation);
  const receipt = known ?? { ...newReceipt(layout, name, readManifest(tree).manifest?.version ?? '', { source: { kind: 'unknown' }, hash: '' }), generation };
  return { kind: 'rollback', plugin: name, from, to: { receipt: { ...receipt, time: new Date().toISOString() }, tree, kept: true } };
}

/** Whether two sources name the same place to get a plugin from. */
export const samePlace = (a: Source, b: Source): boolean =>
  (a.kind === b.kind && 'url' in a && 'url' in b && a.url === b.url) || (a.kind === b.kind && 'path' in a && 'path' in b && a.path === b.path);
