import { join } from 'node:path';
import { isExecutableFile } from './executable.ts';
import { type Layout, namesIn } from './layout.ts';

/** The names of an enabled plugin's subcommands that can be run, in byte order. */
export function subcommandsOf(layout: Layout, directory: string): string[] {
  const folder = join(layout.enabled, directory, 'subcommands');
  return namesIn(folder).filter((name) => isExecutableFile(join(folder, name)));
}
