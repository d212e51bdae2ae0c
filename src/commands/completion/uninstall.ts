import { rmSync } from 'node:fs';
import type { CommandContext, Outcome } from '../command.ts';
import { placeFor } from './shells.ts';

/** `completion:uninstall [SHELL]`: removes the file that `completion:install` wrote; a line that a user added to the shell's own file stays. */
export async function run({ layout, env, args: [named], options }: CommandContext<'completion:uninstall'>): Promise<Outcome> {
  const { shell, file, present } = placeFor(named, layout, env);
  const isThere = present !== undefined;
  if (isThere && !options.dryRun) rmSync(file);
  return {
    data: { shell, file, changed: isThere && !options.dryRun, ...(options.dryRun ? { would: isThere ? [`remove ${file}`] : [] } : {}) },
    lines: () => {
      if (!isThere) return [{ info: `No completion for ${shell} is installed in ${file}` }];
      return [options.dryRun ? `would remove ${file}` : { info: `Completion for ${shell} removed from ${file}` }];
    },
  };
}
