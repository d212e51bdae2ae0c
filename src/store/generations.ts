import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../home/layout.ts';
import { storePaths } from '../home/store-paths.ts';
import { identify } from '../system/processes.ts';
import { removeTree } from '../system/remove-tree.ts';
import { receiptsOf } from './receipts.ts';
import { makeStaging } from './switch.ts';

/** How many previous generations are kept, to roll back to. */
const KEPT_GENERATIONS = 3;

/** Deletes the trees of generations beyond those kept: out of sight by a rename, then at leisure. Receipts stay as history. */
export function removeOldGenerations(layout: Layout, plugin: string): void {
  const old = keptGenerations(layout, plugin).slice(0, -KEPT_GENERATIONS);
  if (old.length === 0) return;
  const trash = makeStaging(layout);
  for (const generation of old) renameSync(storePaths(layout.pluginPath).generation(plugin, generation), join(trash, String(generation)));
  removeTree(trash);
}

/** Generations whose trees are in the store, oldest first. */
export function keptGenerations(layout: Layout, plugin: string): number[] {
  const folder = join(layout.pluginPath, 'store', plugin);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The number of the next generation of a plugin: above all that ever were. */
export function nextGeneration(layout: Layout, plugin: string): number {
  const known = receiptsOf(storePaths(layout.pluginPath), plugin).map(({ generation }) => generation);
  return Math.max(0, ...known, ...keptGenerations(layout, plugin)) + 1;
}

/** Removes what processes that are gone left in staging. What cannot be removed costs a warning, and no change. */
export function cleanStaging(layout: Layout, warn: (warning: string) => void): void {
  const { staging } = storePaths(layout.pluginPath);
  if (!existsSync(staging)) return;
  for (const name of readdirSync(staging)) {
    const pid = /^\.tmp-(\d+)-/.exec(name)?.[1];
    // What has another name is somebody else's.
    if (pid === undefined || identify(Number(pid))) continue;
    if (!removeTree(join(staging, name))) warn(`Cannot remove ${join(staging, name)}, which a change left behind; remove it by hand`);
  }
}
