import { rmSync } from 'node:fs';
import { writeDurably } from '../system/durable.ts';
import { somethingAt } from '../system/links.ts';
import type { StorePaths } from './store-paths.ts';
import { changing } from './switch.ts';

/** Whether a plugin is to stay as it is when plugins are updated. */
export const isPinned = (paths: StorePaths, plugin: string): boolean => somethingAt(paths.pin(plugin));

/** Pins a plugin or lets it go. The caller holds the lock. */
export function setPinned(paths: StorePaths, plugin: string, pinned: boolean): void {
  const file = paths.pin(plugin);
  changing(pinned ? 'pin the plugin' : 'unpin the plugin', file, () => (pinned ? writeDurably(file, '') : rmSync(file, { force: true })));
}
