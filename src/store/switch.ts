import { existsSync, lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { refuseForeignStore } from '../home/code-places.ts';
import { coreNameOf, isUsers } from '../home/core-names.ts';
import { isFile, type Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { unheardTriggers } from '../plugins/wasm/modules.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { syncDirectory } from '../system/durable.ts';
import { linkTarget, placeLink, removeLink, somethingAt, temporaryBeside } from '../system/links.ts';
import { needLinux } from '../system/linux.ts';
import { removeTree } from '../system/remove-tree.ts';
import { useStoreModes } from '../system/store-modes.ts';
import type { Change } from './journal.ts';

/** Enables a plugin in one step; a link that led nowhere is replaced. */
export function placeEnabledLink(layout: Layout, name: string): void {
  explainDiskErrors('enable the plugin', layout.enabled, () => {
    mkdirSync(layout.enabled, { recursive: true });
    const siblings = join(layout.pluginPath, 'available') === layout.available && join(layout.pluginPath, 'enabled') === layout.enabled;
    placeLink(join(layout.enabled, name), siblings ? `../available/${name}` : join(layout.available, name));
  });
}

/** Disables a plugin; a directory put into enabled/ by hand moves to available/, so that nothing is lost. */
export function removeEnabledLink(layout: Layout, name: string): void {
  explainDiskErrors('disable the plugin', layout.enabled, () => {
    const path = join(layout.enabled, name);
    if (lstatSync(path).isDirectory()) renameSync(path, join(layout.available, name));
    else removeLink(path);
  });
}

/** Brings a directory that somebody put into enabled/ to available/, and leaves a link. */
export function adopt(layout: Layout, name: string, checkpoint: (step: string) => void): void {
  removeEnabledLink(layout, name);
  checkpoint('directory moved');
  placeEnabledLink(layout, name);
}

/** A staging directory on the file system of the plugins, where a tree is made whole before it is renamed into place. */
export function makeStaging(layout: Layout): string {
  needLinux();
  const { staging } = storePaths(layout.pluginPath);
  useStoreModes();
  refuseForeignStore(layout.pluginPath);
  return explainDiskErrors('prepare a place for the plugin', layout.pluginPath, () => {
    mkdirSync(staging, { recursive: true });
    const own = temporaryBeside(join(staging, 'x'));
    mkdirSync(own);
    return own;
  });
}

/** Removes a staging directory, which after a change holds nothing. What cannot be removed is told of by the next change. */
export function removeStaging(staging: string): void {
  try {
    rmdirSync(staging);
  } catch {
    removeTree(staging);
  }
}

/**
 * Notes which guards a plugin has, so that their loss denies rather than allows; and whether it has modules that plugn cannot run, so that it says so.
 * @param tree where the plugin stands or comes from; undefined where it is gone
 * @param how `adding` leaves the marks of what the tree does not have: it is on its way, and another may stand yet
 */
export function markHooks(layout: Layout, name: string, tree: string | undefined, how?: 'adding'): void {
  const { guards, appGuards, modules } = storePaths(layout.pluginPath);
  const marks: [folder: string, has: (tree: string) => boolean][] = [
    [guards, hasGuard],
    [appGuards, (directory) => isFile(join(directory, 'user-auth-app'))],
    [modules, (directory) => unheardTriggers(directory).length > 0],
  ];
  for (const [folder, isMarked] of marks) {
    const has = tree !== undefined && isMarked(tree);
    const marker = join(folder, name);
    if (!has && how === 'adding') continue;
    explainDiskErrors('note its hooks', marker, () => {
      if (!has) return rmSync(marker, { force: true });
      mkdirSync(dirname(marker), { recursive: true });
      writeFileSync(marker, '');
    });
  }
}

/** Puts the new tree in the old one's place: two renames and a link. Every state in between can be told from the journal. */
export function applySwitch(layout: Layout, change: Change, checkpoint: (step: string) => void): void {
  const paths = storePaths(layout.pluginPath);
  const { plugin, from, to } = change;
  const place = join(layout.available, plugin);
  explainDiskErrors('switch the plugin', place, () => {
    if (!to && somethingAt(join(layout.enabled, plugin))) removeEnabledLink(layout, plugin);
    checkpoint('link removed');
    if (from) {
      const kept = paths.generation(plugin, from.generation);
      mkdirSync(dirname(kept), { recursive: true });
      renameSync(place, kept);
    }
    checkpoint('old tree away');
    if (to) {
      mkdirSync(layout.available, { recursive: true });
      makeRoom(layout, plugin);
      checkpoint('room made');
      renameSync(to.tree, place);
      checkpoint('new tree in place');
      if (to.enabled) placeEnabledLink(layout, plugin);
      else if (somethingAt(join(layout.enabled, plugin))) removeEnabledLink(layout, plugin);
    }
    checkpoint('link placed');
    syncDirectory(layout.available);
    syncDirectory(layout.enabled);
  });
}

/** Takes the link of a core plugin out of the way; `fitCorePlugin` places the one that it has instead. */
function makeRoom(layout: Layout, plugin: string): void {
  if (coreNameOf(layout, plugin) !== undefined) removeLink(join(layout.available, plugin));
}

/** Brings back what stood before a change, from any state that `applySwitch` or a cut `undoSwitch` may have left. */
export function undoSwitch(layout: Layout, { plugin, from, to }: Change): void {
  const paths = storePaths(layout.pluginPath);
  const place = join(layout.available, plugin);
  explainDiskErrors('undo the change', place, () => {
    // The new tree is in place when the place it was to be renamed from is empty.
    const newIsIn =
      to !== null && !somethingAt(to.tree) && isUsers(layout, plugin) && (from === null || somethingAt(paths.generation(plugin, from.generation)));
    if (newIsIn && to) {
      mkdirSync(dirname(to.tree), { recursive: true });
      renameSync(place, to.tree);
    }
    if (from) {
      const kept = paths.generation(plugin, from.generation);
      if (somethingAt(kept) && !isUsers(layout, plugin)) {
        makeRoom(layout, plugin);
        renameSync(kept, place);
      }
      // A directory in enabled/ that was not yet moved needs no link.
      if (from.enabled && somethingAt(place)) placeEnabledLink(layout, plugin);
      else if (linkTarget(join(layout.enabled, plugin)) !== undefined) removeLink(join(layout.enabled, plugin));
    } else if (to && somethingAt(join(layout.enabled, plugin)) && !existsSync(join(layout.enabled, plugin))) {
      removeLink(join(layout.enabled, plugin));
    }
    syncDirectory(layout.available);
    syncDirectory(layout.enabled);
  });
}

export const hasGuard = (directory: string): boolean => isFile(join(directory, 'user-auth'));
