import { UserError } from '../../errors.ts';
import { columns } from '../../terminal/columns.ts';
import { print, printJson } from '../../terminal/log.ts';
import { explainTrigger } from '../../triggers/explain-trigger.ts';
import type { CommandContext } from '../command-spec.ts';

/** `plugin:trigger --explain HOOK`; firing one is the shell's business (plugins/plugin/subcommands/trigger). */
export async function run({ layout, env, args: [hook], options }: CommandContext): Promise<number> {
  if (!hook || !/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(hook)) {
    throw new UserError('BAD_USAGE', `"${hook ?? ''}" is not a trigger name`, { hint: 'it is letters, digits, hyphens, dots and underscores' });
  }
  const format = options.format ?? 'stdout';
  const steps = explainTrigger(layout.pluginPath, hook, env);
  if (format === 'json') printJson(steps);
  else if (steps.length === 0) print(`No enabled plugin listens to ${hook}`);
  else print(columns(steps.map(({ plugin, file, runs, why }) => [plugin, runs ? 'runs' : 'skipped', file, why])).join('\n'));
  return 0;
}
