import { notInstalled } from '../../home/not-installed.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Prints the directory that plugins are kept in, or that of one plugin, and nothing else: for `cd "$(tool plugin:path)"`. */
export async function run({ layout, args: [name] }: CommandContext<'plugin:path'>): Promise<Outcome> {
  const directory = name === undefined ? layout.available : installedPlugins(layout).plugins.find((plugin) => plugin.name === name)?.directory;
  if (directory === undefined) throw notInstalled(layout, name ?? '');
  return { data: { directory }, lines: () => [directory] };
}
