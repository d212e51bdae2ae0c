import { join } from 'node:path';
import { namesIn } from '../home/layout.ts';
import { inByteOrder } from '../home/names.ts';
import { isExecutableFile } from './executable.ts';
import { MODULE_ENDING, moduleInPlaceOf, stubOf } from './wasm/module-file.ts';

/** The folders of a plugin's commands: what is in the first gets the command word in front of its arguments, what is in the second its arguments alone. */
export const COMMAND_FOLDERS = ['subcommands', 'bare'] as const;

/** A command that is a file. */
export interface Subcommand {
  readonly name: string;
  /** A program, or a WASM module that has none beside it. */
  readonly file: string;
}

/** The names of commands in a folder: of its programs, and of its modules that have none beside them. */
function commandsIn(folder: string): { readonly programs: string[]; readonly modules: string[] } {
  const [programs, modules]: [string[], string[]] = [[], []];
  for (const name of namesIn(folder)) {
    // Compilers make modules that are executable, which nothing can exec.
    if (!name.endsWith(MODULE_ENDING)) {
      if (isExecutableFile(join(folder, name))) programs.push(name);
    } else if (moduleInPlaceOf(join(folder, stubOf(name))) !== undefined) modules.push(stubOf(name));
  }
  return { programs, modules };
}

/**
 * The commands that can be run, in byte order of their names; of one that is in both folders, that of the first, and a program rather than a module.
 * @param directory the plugin's
 */
export function subcommandsOf(directory: string): Subcommand[] {
  const files = new Map<string, string>();
  const folders = COMMAND_FOLDERS.map((name) => join(directory, name)).reverse();
  const found = folders.map((folder) => ({ folder, ...commandsIn(folder) }));
  for (const { folder, modules } of found) for (const name of modules) files.set(name, join(folder, `${name}${MODULE_ENDING}`));
  for (const { folder, programs } of found) for (const name of programs) files.set(name, join(folder, name));
  return [...files].sort(([a], [b]) => inByteOrder(a, b)).map(([name, file]) => ({ name, file }));
}

/** Names that are in both folders, where the second is never run. */
export function inBothFolders(directory: string): string[] {
  const [first = [], second = []] = COMMAND_FOLDERS.map((folder) => commandsIn(join(directory, folder)).programs);
  return second.filter((name) => first.includes(name));
}

/** The word that runs a subcommand: `plugin:NAME`, and the bare `plugin` for `default`. */
export const wordOf = (plugin: string, subcommand: string): string => (subcommand === 'default' ? plugin : `${plugin}:${subcommand}`);
