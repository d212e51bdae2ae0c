import { rmSync } from 'node:fs';
import type { StorePaths } from '../home/store-paths.ts';
import { explainDiskErrors } from '../system/disk-errors.ts';
import { writeDurably } from '../system/durable.ts';
import { somethingAt } from '../system/links.ts';

/** Whether a plugin is to stay as it is when plugins are updated. */
export const isPinned = (paths: StorePaths, plugin: string): boolean => somethingAt(paths.pin(plugin));

/** Pins a plugin or lets it go. The caller holds the lock. */
export function setPinned(paths: StorePaths, plugin: string, pinned: boolean): void {
  const file = paths.pin(plugin);
  explainDiskErrors(pinned ? 'pin the plugin' : 'unpin the plugin', file, () => (pinned ? writeDurably(file, '') : rmSync(file, { force: true })));
}
