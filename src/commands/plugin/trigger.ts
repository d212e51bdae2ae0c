import { UserError } from '../../errors.ts';
import { columns } from '../../terminal/columns.ts';
import { explainTrigger } from '../../triggers/explain-trigger.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** `plugin:trigger --explain HOOK`; firing one is the shell's business (plugins/plugin/subcommands/trigger). */
export async function run({ layout, env, args: [hook] }: CommandContext<'plugin:trigger'>): Promise<Outcome> {
  if (!hook || !/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(hook)) {
    throw new UserError('bad-value', `"${hook ?? ''}" is not a trigger name`, { hint: 'it is letters, digits, hyphens, dots and underscores' });
  }
  const steps = explainTrigger(layout.pluginPath, hook, env);
  return {
    data: steps,
    lines: () =>
      steps.length === 0
        ? [`No enabled plugin listens to ${hook}`]
        : columns(steps.map(({ plugin, file, runs, why }) => [plugin, runs ? 'runs' : 'skipped', file, why])),
  };
}
