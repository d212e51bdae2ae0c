import { fireTrigger } from '../../triggers/fire-trigger.ts';
import type { CommandContext, Outcome } from '../command.ts';

/** Fires a trigger of all plugins, or by `--core` of the core plugins alone. */
export async function triggerOutcome(
  { layout, env, options, hookStdout }: CommandContext<'plugin:install'> | CommandContext<'plugin:install-dependencies'>,
  trigger: string,
): Promise<Outcome> {
  const status = await fireTrigger(layout, trigger, options.core ? { ...env, PLUGIN_PATH: env.PLUGIN_CORE_PATH } : env, hookStdout);
  return { data: { trigger, status }, lines: () => [], status };
}
