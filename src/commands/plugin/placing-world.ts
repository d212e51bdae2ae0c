import type { PlacingWorld } from '../../store/place-plugin.ts';
import { logWarn } from '../../terminal/log.ts';
import type { CommandContext } from '../command-spec.ts';
import { stageOptions } from './stage-options.ts';

/** The descriptor that hooks print on: where a command prints JSON, stdout is for that alone. */
export const hookStdout = ({ format }: CommandContext['options']): 1 | 2 => (format === 'json' ? 2 : 1);

/** The world that a command puts a plugin into. */
export const placingWorld = ({ layout, env, options }: Omit<CommandContext, 'args'>, name: string): PlacingWorld => ({
  layout,
  env,
  warn: logWarn,
  hookStdout: hookStdout(options),
  asksGuard: options.skipGuardCheck !== true,
  ...stageOptions(layout, name),
});
