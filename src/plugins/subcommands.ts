import { join } from 'node:path';
import { namesIn } from '../home/layout.ts';
import { inByteOrder } from '../home/names.ts';
import { isExecutableFile } from './executable.ts';

/** The folders of a plugin's commands: what is in the first gets the command word in front of its arguments, what is in the second its arguments alone. */
export const COMMAND_FOLDERS = ['subcommands', 'bare'] as const;

/** A command that is a file. */
export interface Subcommand {
  readonly name: string;
  readonly file: string;
}

const runnableIn = (folder: string): string[] => namesIn(folder).filter((name) => isExecutableFile(join(folder, name)));

/** The commands that can be run, in byte order of their names; of one that is in both folders, that of the first. @param directory the plugin's */
export function subcommandsOf(directory: string): Subcommand[] {
  const files = new Map<string, string>();
  for (const folder of COMMAND_FOLDERS.map((name) => join(directory, name)).reverse()) {
    for (const name of runnableIn(folder)) files.set(name, join(folder, name));
  }
  return [...files].sort(([a], [b]) => inByteOrder(a, b)).map(([name, file]) => ({ name, file }));
}

/** Names that are in both folders, where the second is never run. */
export function inBothFolders(directory: string): string[] {
  const [first = [], second = []] = COMMAND_FOLDERS.map((folder) => runnableIn(join(directory, folder)));
  return second.filter((name) => first.includes(name));
}

/** The word that runs a subcommand: `plugin:NAME`, and the bare `plugin` for `default`. */
export const wordOf = (plugin: string, subcommand: string): string => (subcommand === 'default' ? plugin : `${plugin}:${subcommand}`);
