import { join } from 'node:path';
import { namesIn } from '../home/layout.ts';
import { isExecutableFile } from './executable.ts';

/** The names of the subcommands that can be run, in byte order. @param directory the plugin's */
export function subcommandsOf(directory: string): string[] {
  const folder = join(directory, 'subcommands');
  return namesIn(folder).filter((name) => isExecutableFile(join(folder, name)));
}

/** The word that runs a subcommand: `plugin:NAME`, and the bare `plugin` for `default`. */
export const wordOf = (plugin: string, subcommand: string): string => (subcommand === 'default' ? plugin : `${plugin}:${subcommand}`);
