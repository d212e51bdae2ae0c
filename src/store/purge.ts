import { lstatSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Layout, namesIn } from '../home/layout.ts';
import { isPluginName } from '../home/names.ts';
import { type StorePaths, storePaths } from '../home/store-paths.ts';
import { placeOf } from '../sources/source.ts';
import { diskUse } from '../system/disk-use.ts';
import { removeTree } from '../system/remove-tree.ts';
import { forgetAddresses } from './addresses.ts';
import { receiptsOf } from './receipts.ts';
import { makeStaging } from './switch.ts';

/** Bytes that the store keeps of a plugin besides what is installed: generations and receipts. */
export const keptBytes = (layout: Layout, plugin: string): number => diskUse(storePaths(layout.pluginPath).folder(plugin));

/** Whether the store keeps anything of a plugin. */
export const isKept = (layout: Layout, plugin: string): boolean =>
  // The store has a file or two of its own beside the plugins' folders.
  lstatSync(storePaths(layout.pluginPath).folder(plugin), { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Forgets a plugin that is taken away: generations, receipts, what was exported for it, and its address with secrets unless another plugin has the
 * same. The caller holds the lock. May be cut anywhere and begun again: the receipts, which say what there is, go last and at once.
 */
export function purge(layout: Layout, plugin: string): void {
  const paths = storePaths(layout.pluginPath);
  const folder = paths.folder(plugin);
  rmSync(join(layout.pluginPath, 'config-exports', `${plugin}.sh`), { force: true });
  if (!isKept(layout, plugin)) return;
  const others = new Set(namesIn(dirname(folder)).flatMap((name) => (isPluginName(name) && name !== plugin ? addressesOf(paths, name) : [])));
  forgetAddresses(
    paths,
    addressesOf(paths, plugin).filter((address) => !others.has(address)),
  );
  const trash = makeStaging(layout);
  renameSync(folder, join(trash, plugin));
  removeTree(trash);
}

const addressesOf = (paths: StorePaths, plugin: string): string[] => receiptsOf(paths, plugin).flatMap(({ source }) => placeOf(source) ?? []);
