import type { PlacingWorld } from '../../store/place-plugin.ts';
import type { CommandContext } from '../command.ts';
import { stageOptions } from './stage-options.ts';

type PlacingContext = CommandContext<'plugin:install'> | CommandContext<'plugin:update'> | CommandContext<'plugin:sync'>;

/** The world that a command puts a plugin into. */
export const placingWorld = ({ layout, env, options, warn, hookStdout }: PlacingContext, name: string): PlacingWorld => ({
  layout,
  env,
  warn,
  hookStdout,
  asksGuard: options.skipGuardCheck !== true,
  ...stageOptions(layout, name, warn),
});
