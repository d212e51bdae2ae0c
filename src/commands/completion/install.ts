import { writeDurably } from '../../system/durable.ts';
import type { CommandContext, Outcome } from '../command.ts';
import { placeFor, scriptOf } from './shells.ts';

/** `completion:install [SHELL]`: writes the completion script where the shell looks for it; which lines the shell's own file needs besides, it says. */
export async function run({ layout, env, args: [named], options }: CommandContext<'completion:install'>): Promise<Outcome> {
  const { shell, file, present, startup } = placeFor(named, layout, env);
  const script = scriptOf(shell, layout, env);
  const differs = present !== script;
  if (differs && !options.dryRun) writeDurably(file, script);
  return {
    data: {
      shell,
      file,
      changed: differs && !options.dryRun,
      ...(options.dryRun ? { would: differs ? [`write ${file}`] : [] } : {}),
      startup: startup ?? null,
    },
    lines: () => [
      ...(options.dryRun
        ? differs
          ? [`would write ${file}`]
          : []
        : [{ info: differs ? `Completion for ${shell} written to ${file}` : `Completion for ${shell} is up to date in ${file}` }]),
      ...(startup ? [`Add to ${startup.file}:`, ...startup.lines.map((line) => `    ${line}`)] : []),
      ...(options.dryRun ? [] : [`It works in each ${shell} that is started from now on`]),
    ],
  };
}
